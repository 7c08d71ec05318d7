"""One plan in every format -> sections found of all: the row of docs/formats.md.

    python -m tests.support.formats

A section is found when its path and its heading are those of the .txt. What is not installed
(LibreOffice for .doc, the extra `ocr` for scans) is left out.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.files.readers import scan
from knowledge.numbering import Style, find_marks
from knowledge.parsing import parse_plan
from tests.support.office_files import SOFFICE, convert, ofd_file, ofd_pages
from tests.support.pdf_files import pictures, plan_sheets, write_pdf
from tests.support.places import PLANS
from tests.support.source_files import source_from_bytes
from tests.support.web_pages import modern_site
from tests.support.word_files import HAN_LEVELS, abstract, docx, num, p

PLAN = "yunxi-2023.txt"  # its items 1. 2. 3. run on from one 一、 to the next
RESTARTING = "yunxi-2025.txt"  # LibreOffice, which writes the .doc, cannot keep numbers running on
LEVELS = {Style.HAN: 0, Style.HAN_PAREN: 1, Style.ARABIC: 2}
RUN_ON = '<w:lvlRestart w:val="0"/>'


def automatic_docx(text: str, runs_on: bool) -> bytes:
    """Return the plan with Word's own numbers in place of the typed ones."""
    levels: list[tuple[str, ...]] = [*HAN_LEVELS]
    if runs_on:
        levels[2] = (*levels[2], RUN_ON)
    body = []
    for line in text.splitlines():
        mark = next(find_marks(line), None)
        if mark is not None and mark.opens_line and mark.style in LEVELS:
            body.append(p(line[mark.end :], LEVELS[mark.style]))
        else:
            body.append(p(line))
    return docx(*body, numbering=abstract(0, levels) + num(1, 0))


def written(folder: Path) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield format, name of the plan, and what writes it, in the order of docs/formats.md."""
    text = (PLANS / PLAN).read_text(encoding="utf-8")
    restarting = (PLANS / RESTARTING).read_text(encoding="utf-8")

    def doc() -> bytes:
        return convert([PLANS / PLAN], "doc:MS Word 97", folder)[0]

    def automatic_doc() -> bytes:
        source = folder / "automatic.docx"
        source.write_bytes(automatic_docx(restarting, runs_on=False))
        return convert([source], "doc:MS Word 97", folder)[0]

    yield ".txt", PLAN, text.encode
    yield ".docx typed", PLAN, lambda: docx(*map(p, text.splitlines()))
    yield ".docx automatic", PLAN, lambda: automatic_docx(text, runs_on=True)
    if SOFFICE:
        yield ".doc typed", PLAN, doc
        yield ".doc automatic", RESTARTING, automatic_doc
        yield ".wps", PLAN, doc
    yield ".pdf", PLAN, lambda: write_pdf(plan_sheets(text))
    if scan.recogniser() is not None:
        yield "scanned .pdf", PLAN, lambda: write_pdf(pictures(write_pdf(plan_sheets(text))))
    yield ".html", PLAN, lambda: modern_site(text)
    yield ".ofd", PLAN, lambda: ofd_file(ofd_pages(text))


def found_of_all(name: str, content: bytes) -> str:
    """Return "found/all" of a plan read from the bytes."""
    text = (PLANS / name).read_text(encoding="utf-8")
    reading = source_from_bytes("plan", content).reading
    wanted, read = (
        [(s.path, s.heading) for s in parse_plan(source, name).sections]
        for source in (text, reading)
    )
    return f"{sum(section in read for section in wanted)}/{len(wanted)}"


def measure() -> dict[str, str]:
    """Return format -> "found/all"."""
    with TemporaryDirectory() as folder:
        return {form: found_of_all(name, write()) for form, name, write in written(Path(folder))}


if __name__ == "__main__":
    measured = measure()
    rows = (measured.keys(), ["--:"] * len(measured), measured.values())
    sys.stdout.write("".join(f"| {' | '.join(row)} |\n" for row in rows))
