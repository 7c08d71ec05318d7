"""How the time of reading a plan grows with its text: twenty texts made to keep the parser busy.

Each is one piece, over and over. Read is what `parse_plan` does, with targets and passages.
"""

from collections.abc import Iterator
from time import process_time

from knowledge.parsing import parse_plan
from knowledge.passages import plan_passages

HEAD = "云溪市水务局2025年工作要点\n\n一、总体要求\n推进工作。\n二、任务\n"
PIECES = {
    "circled numbers": "①",
    "circled, behind stops": "。①",
    "numbers in one line": "1.",
    "brackets never closed": "（",
    "lines that open 《": "《\n",
    "quotes never closed": "“",
    "第 alone on its line": "第\n",
    "half a number a line": "（一\n",
    "one number a line": "（一）\n",
    "one heading a line": "一、清淤\n",
    "decimal numbers": "1.1 清淤\n",
    "wrapped lines": "推进河道整治和水库除险加固工作全面落实到位并且持续巩固提升\n",
    "broken off": "清淤、\n",
    "one long sentence": "，新建5户",
    "figures in a row": "10户20户",
    "percentages": "达到5%；",
    "titles": "关于清淤的通知\n",
    "annexes": "附件1\n清淤清单\n",
    "boxes": "专栏1 清淤\n1.渠道\n",
    "contents": "清淤……1\n",
    "rows of a table": "| 清淤 | 5公里 |\n",
    "signatures": "云溪市水务局\n2025年3月1日\n",
    "addresses": "各位代表！清淤。\n",
    "advertising": "扫码关注公众号\n",
}
HEADS = ("parsed", "8,000 characters", "64,000", "500,000", "ms for 1,000")
SIZES = (8_000, 64_000, 500_000)

Row = tuple[str, ...]


def text_of(piece: str, chars: int) -> str:
    """Return a text of about so many characters that repeats a piece."""
    return HEAD + piece * (chars // len(piece))


def seconds(text: str) -> float:
    """Return the processor time that a text takes to become a plan."""
    start = process_time()
    plan_passages(parse_plan(text, "plan.txt"))
    return process_time() - start


def parsing_rows(sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """Yield what each piece takes at each size, and for 1,000 characters of the largest."""
    for name, piece in PIECES.items():
        times = [seconds(text_of(piece, size)) for size in sizes]
        yield name, *(f"{time:.2f} s" for time in times), f"{1e6 * times[-1] / sizes[-1]:.1f}"
