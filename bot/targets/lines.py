"""A target's number: in print, in one line, and as what can be compared.

Not covered: numbers in words but those that `figures` reads.
"""

from decimal import Decimal, InvalidOperation

from bot.grounding.figures import plain, read_figures
from bot.wording import answers as wording
from knowledge.plan import Target
from knowledge.text import normal

ACHIEVED = "achieved"
SYMBOLS = {">=": " ≥ ", ">": " > ", "<=": " ≤ ", "<": " < "}
FAMILIES = {"名": "人", "位": "人", "所": "个", "家": "个", "处": "个"}


def size(target: Target) -> Decimal | None:
    """Return a target's number, the upper one of a range; None where it is redacted or has none."""
    figures = [f for f in read_figures(plain(amount(target))) if f.kind == "amount"]
    try:
        return Decimal(figures[0].value.split("-")[-1]) if figures else None
    except InvalidOperation:
        return None


def unit_family(target: Target) -> str | None:
    """Return what two units must share to be compared: 家 and 个 do, 元/月 and 元/年 do not."""
    if target.unit is None:
        return None
    base, slash, rate = normal(target.unit).lstrip("百千万亿").partition("/")
    return FAMILIES.get(base, base) + slash + rate


def amount(target: Target) -> str:
    """Return a value with its unit, printed once: 500户, 80%, 900元/人·月, 全覆盖."""
    if not target.unit:
        return target.value
    base, slash, rate = target.unit.partition("/")
    shown = "" if normal(target.value).endswith(normal(base)) else base
    return f"{target.value}{shown}{slash}{rate}"


def line(target: Target) -> str:
    """Return a target in one line: metric ≥ value unit，deadline（office）."""
    if target.op == "deadline":
        said = f"{target.metric}，{target.deadline}"
    else:
        said = f"{target.metric}{SYMBOLS.get(target.op, '：')}{amount(target)}"
        said += f"，{target.deadline}" if target.deadline else ""
    said += f"（{target.office}）" if target.office else ""
    said += wording.TARGET_DONE if target.kind == ACHIEVED else ""
    return said + (wording.TARGET_PROPOSED if target.proposed else "")
