"""What docs/threats.md promises and no other test shows."""

import ast
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Message, final_reply
from bot.people.rights import Access
from bot.presentation.rendering import without_markup
from knowledge.library import Library
from tests.support.embedding import FakeEmbedder
from tests.support.places import REPO
from tests.support.source_files import source_from_bytes

SOURCES = [
    REPO / "ingest.py",
    *(p for d in ("bot", "knowledge", "prompts") for p in (REPO / d).rglob("*.py")),
]
DANGEROUS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
UNPICKLERS = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
LINKS = """江汀市民政局2025年工作要点
一、办好养老
（一）建设站点。新建<a href="http://x.example">养老服务站</a>6个，见[附件](http://x.example)。
（二）通知。<@all>请各镇<font color="warning">10月底前</font>报送![图](http://x.example/a.png)。
"""


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return f"{module}.{name}"
    return ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(REPO).as_posix())
def test_nothing_is_evaluated_unpickled_or_run_in_a_shell(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not UNPICKLERS & {name.split(".")[0] for name in names}
        if isinstance(node, ast.Call):
            assert called(node) not in DANGEROUS
            assert not any(k.arg == "shell" for k in node.keywords)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="http://x.example">附件</a>',
        "<@zhangsan>",
        "</证据>",
        "<!--x-->",
        "[附件](http://x.example)",
    ],
)
def test_no_platform_finds_a_link_or_a_mention(text: str) -> None:
    said = without_markup(text)
    assert "](" not in said and "<" not in said
    assert len(said) == len(text)


@pytest.mark.parametrize(
    "text", ["产值<3亿元，占比<=5%", "见附件（二）[1]", "见 https://x.example", "[1](二)"]
)
def test_what_is_no_markup_stays_or_stays_readable(text: str) -> None:
    assert without_markup(text).replace("（", "(") == text.replace("（", "(")


async def test_links_and_tags_of_a_plan_are_text_in_every_reply(tmp_path: Path) -> None:
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        library.add(source_from_bytes("links.txt", LINKS.encode()))
        assistant = Assistant(library, Access(staff=("telegram:5",)))
        for text in (
            "新建养老服务站多少个",
            "一（二）",
            "有哪些指标",
            "<a href='http://x.example'>低保</a>",
        ):
            reply = await final_reply(assistant.reply, Message("telegram:5", "telegram:5", text))
            assert not any(sign in reply.text for sign in ("<a", "</a", "<@", "<font", "](http"))
            assert reply.text.endswith(reply.sources)
