"""What people do to `add`: each bad file is one clear line that names it, and the rest goes on."""

import json
import os
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest

import ingest
from knowledge.files.reading import MAX_BYTES
from tests.support.commands import Run, is_one_line, runner
from tests.support.embedding import EmbeddingServer, FakeEmbedder, serve_embeddings
from tests.support.pdf_files import plan_sheets, write_pdf
from tests.support.places import WritePlan
from tests.support.word_files import package

PLAN = "澜州市2025年水务工作要点\n一、修好水渠\n清淤干渠12公里。\n二、建好水厂。新建水厂2座。\n"
OTHER = "澜州市2025年林业工作要点\n一、种好树\n造林3.5万亩。\n二、护好林\n设护林员60名。\n"
SECONDS = 120  # a process starts in 2 to 20 s where the machine is busy

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def run(
    tmp_path: Path,
    embedding_server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner(tmp_path, embedding_server, monkeypatch, capsys)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3 * MAX_BYTES)  # a hole: nothing is on the disk


def bomb() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 30_000_000)
    return packed.getvalue()


ENTITY = '<!DOCTYPE d [<!ENTITY a "甲甲甲">]><w:document/>'
BAD: dict[str, tuple[bytes, str]] = {
    "空白.txt": ("\n\u3000\n".encode(), "空"),
    "程序.docx": (b"MZ\x90\x00\x03" + bytes(range(256)) * 8, "不是文本文件"),
    "炸弹.docx": (bomb(), "解压后大得不正常"),
    "实体.docx": (package({"document": ENTITY}), "XML 实体"),
    "加密.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
        "加密",
    ),
    "加密.pdf": (write_pdf(plan_sheets(), password="secret"), "打开密码"),
    "三千页.pdf": (write_pdf([[] for _ in range(3000)]), "有 3000 页，超过上限 500 页。请拆分"),
    "半份.pdf": (write_pdf(plan_sheets())[:3000], "损坏"),
    "图.png": (b"\x89PNG\r\n\x1a\n" + bytes(200), "图"),
}


def test_each_bad_file_of_a_folder_is_a_line_and_the_good_ones_go_in(
    run: Run, write_plan: WritePlan
) -> None:
    folder = write_plan("好 的.txt", PLAN).parent
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    huge(folder / "三百兆.txt")
    (folder / "网页.docx").write_bytes(f"<html><body><p>{OTHER}</p></body></html>".encode())
    ran = run("add", folder, "--json")
    rows = {row["file"]: row for row in ran.json}
    good = {name for name, row in rows.items() if row["outcome"] == "new"}
    assert (ran.status, ran.err, good) == (ingest.SOME_FAILED, "", {"好 的.txt", "网页.docx"})
    said = BAD | {"三百兆.txt": (b"", "有 300 MB，超过上限 100 MB")}
    for name, (_, words) in said.items():
        (note,) = rows[name]["notes"]
        assert note.startswith(name) and words in note and "\n" not in note


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_alone_is_one_line_that_names_it(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BAD[name][0])
    ran = run("preview", tmp_path / name)
    assert (ran.status in (13, 14), ran.out, is_one_line(ran.err)) == (True, "", True)
    assert name in ran.err and BAD[name][1] in ran.err


@pytest.mark.parametrize(
    "name",
    [
        "带 空格 的 要点.txt",
        "引'号\"和`反引号`.txt",
        "..要点..txt",
        "$(rm) & ; 要点.txt",
        "[b]要点[b].txt",
    ],
)
def test_a_name_of_any_characters_is_kept(name: str, run: Run, write_plan: WritePlan) -> None:
    path = write_plan(name, PLAN)
    ran = run("add", path.parent / ".." / path.parent.name / name)
    assert (ran.status, name in ran.out) == (0, True)
    assert [plan["file"] for plan in run("list", "--json").json] == [name]
    assert run("add", path, "--json").json[0]["outcome"] == "unchanged"


# What should be known before files are read


def test_a_table_of_plans_toml_without_its_file_is_told(run: Run, write_plan: WritePlan) -> None:
    file = write_plan("a.txt", PLAN)
    toml = write_plan("plans.toml", '["a.txt"]\nyear = 2025\n["aa.txt"]\nyear = 2024\n')
    ran = run("add", file.parent, "--dry-run", "--json")
    said = f"注意：{toml} 写了 'aa.txt'，但文件夹里没有这个文件。请核对文件名。\n"
    assert (ran.status, ran.err) == (0, said)


def test_files_that_are_no_plans_are_told_and_hidden_ones_are_not(
    run: Run, write_plan: WritePlan
) -> None:
    folder = write_plan("a.txt", PLAN).parent
    for name in ("表.xlsx", "~$a.docx", ".DS_Store"):
        (folder / name).write_bytes(b"PK")
    ran = run("add", folder, "--dry-run", "--json")
    assert ran.err == f"注意：{folder} 里的 表.xlsx 不是可入库的格式，没有读。\n"
    assert [row["file"] for row in ran.json] == ["a.txt"]


def test_a_preview_of_a_folder_says_what_to_do(run: Run, write_plan: WritePlan) -> None:
    folder = write_plan("a.txt", PLAN).parent
    ran = run("preview", folder)
    assert (ran.status, ran.out, is_one_line(ran.err)) == (14, "", True)
    assert f"add {folder} --dry-run" in ran.err


# Processes


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    """An embedding endpoint of the test's own."""
    with serve_embeddings() as own:
        yield own


@pytest.fixture
def start(tmp_path: Path, server: EmbeddingServer) -> Iterator[Start]:
    """Start ingest.py as a process over tmp_path/data; whatever still runs at the end is ended."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("YAODIAN_")}
    ours = {
        "YAODIAN_DATA": str(tmp_path / "data"),
        "YAODIAN_EMBEDDING_MODEL": "fake",
        "YAODIAN_EMBEDDING_BASE_URL": server.base_url,
        "YAODIAN_EMBEDDING_API_KEY": "sk-lanzhou",
    }
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, limit_bytes: int | None = None) -> subprocess.Popen[str]:
        def limit() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore it
            if limit_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

        process = subprocess.Popen(
            [sys.executable, ingest.__file__, *map(str, arguments)],
            env=clean | ours,
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=limit,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def test_two_adds_at_once_leave_a_whole_library(start: Start, write_plan: WritePlan) -> None:
    files = [write_plan("a.txt", PLAN), write_plan("b.txt", OTHER)]
    ends = [ended(process) for process in [start("add", file, "--json") for file in files]]
    refused = [err for status, _, err in ends if status]
    assert {status for status, _, _ in ends} <= {0, 7} and len(refused) < 2
    assert all(is_one_line(err) and "正被另一个进程" in err for err in refused)
    assert ended(start("add", *files, "--json"))[0] == 0
    listed = json.loads(ended(start("list", "--json"))[1])
    assert sorted((plan["file"], plan["version"]) for plan in listed) == [
        ("a.txt", 1),
        ("b.txt", 1),
    ]


def test_a_full_disk_is_one_line_and_the_old_version_stays(
    start: Start, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    assert ended(start("add", file))[0] == 0
    write_plan(
        "a.txt", PLAN + "三、节水\n" + "".join(f"（{n}）节水{n}吨。\n" for n in range(1, 90))
    )
    status, _, err = ended(start("add", file, limit_bytes=8192))
    assert status != 0 and is_one_line(err)
    assert "磁盘" in err
    _, out, _ = ended(start("show", "a", "--json"))
    shown = json.loads(out)
    assert (shown["version"], len(shown["sections"])) == (1, 2)
    assert json.loads(ended(start("add", file, "--json"))[1])[0]["outcome"] == "replaced"


class Waiting(FakeEmbedder):
    """Waits at its second plan until it is let go, and says when it gets there."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = Event(), Event()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if any("造林" in text for text in texts):
            self.reached.set()
            self.go_on.wait(SECONDS)
        return super().embed_documents(texts)


def test_ctrl_c_leaves_whole_plans_only_and_says_what_is_done(
    start: Start, server: EmbeddingServer, write_plan: WritePlan
) -> None:
    server.embedder = waiting = Waiting()
    write_plan("a.txt", PLAN)
    process = start("add", write_plan("b.txt", OTHER).parent, "--json")
    assert waiting.reached.wait(SECONDS)
    process.send_signal(signal.SIGINT)
    status, out, err = ended(process)
    waiting.go_on.set()
    assert (status, [row["file"] for row in json.loads(out)]) == (ingest.STOPPED, ["a.txt"])
    assert is_one_line(err) and "已按 Ctrl-C 停止" in err
    _, out, _ = ended(start("list", "--json"))
    assert [plan["file"] for plan in json.loads(out)] == ["a.txt"]
