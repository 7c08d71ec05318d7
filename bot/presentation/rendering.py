"""A checked answer -> the text of a reply: each sentence with its 〔label〕, then the list of
sources.
"""

import re
from collections.abc import Iterable, Sequence

from bot.messages import Statement
from bot.wording import answers as wording
from knowledge.plan import Citation

TAG = re.compile(r"<(?=[A-Za-z/@!?])")  # "<3亿元" is a comparison
LINK = re.compile(r"(?<=\])\((?=\s*[^)\s])")
DIRECTION = re.compile(
    "[\u202a-\u202e\u2066-\u2069]"
)  # letters that turn the text beside them round
STOP = re.compile(r"[。！？；;!?，,]+$")


def render(statements: Sequence[Statement]) -> str:
    """Return the text of an answer."""
    body = "\n".join(render_statement(statement) for statement in statements)
    sources = render_sources(c for s in statements for c in s.citations)
    return f"{body}\n\n{sources}" if sources else body


def render_sources(citations: Iterable[Citation]) -> str:
    """Return the list of sources that ends an answer, "" without citations."""
    lines = list(_sources(citations))
    return "\n".join([wording.SOURCES, *lines]) if lines else ""


def render_statement(statement: Statement) -> str:
    """Return one sentence with the labels of its sections before the full stop.

    >>> from knowledge.plan import Metadata, PlanRecord, Section
    >>> section = Section(None, ("三", "8"), "", "完成500户。")
    >>> citation = Citation(PlanRecord("a", 1, "a.txt", Metadata()), section, "完成500户。")
    >>> render_statement(Statement("完成500户。", (citation,)))
    '完成500户〔三8〕。'
    """
    labels = "".join(dict.fromkeys(f"〔{c.section.label}〕" for c in statement.citations))
    if not labels or all(f"〔{c.section.label}〕" in statement.text for c in statement.citations):
        return statement.lead + statement.text
    stop = STOP.search(statement.text)
    body = statement.text[: stop.start()] if stop else statement.text
    return f"{statement.lead}{body}{labels}{'。' if stop else ''}"


def without_markup(text: str) -> str:
    """Return a text in which no platform finds a tag, a mention or a link with another name.

    WeCom makes links of <a href> and of Markdown, and mentions of <@…>; what a plan or a person
    wrote is to be read as it stands. A bare address stays: it shows where it leads.

    >>> without_markup('<a href="http://x.example">详情</a>，[附件](http://x.example)，产值<3亿元')
    '＜a href="http://x.example">详情＜/a>，[附件]（http://x.example)，产值<3亿元'
    """
    return DIRECTION.sub("", LINK.sub("（", TAG.sub("＜", text)))


def _sources(citations: Iterable[Citation]) -> Iterable[str]:
    """Yield one line for each cited section: its label, its plan, its heading."""
    seen = set()
    for citation in citations:
        key = (citation.record.id, citation.section.key)
        if key in seen:
            continue
        seen.add(key)
        yield wording.SOURCE_LINE.format(
            label=citation.section.label,
            title=f"《{citation.record.title}》",
            heading=citation.section.heading,
        )
