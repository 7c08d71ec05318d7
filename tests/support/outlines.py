"""The outline of a plan in short, for tests of structure."""

from knowledge.parsing import parse_plan
from knowledge.plan import Plan


def parse(text: str) -> Plan:
    return parse_plan(text, "临川.txt")


def outline(plan: Plan) -> list[str]:
    """Part and path in one piece: 2二（一）; 2|1 where the path begins with a digit, 2文首 where a
    part begins without a number.
    """
    paths = [(s.part, "".join(s.path) or "文首") for s in plan.sections]
    return [
        f"{part or ''}{'|' * (part is not None and path[0].isdigit())}{path}"
        for part, path in paths
    ]


def text_of(plan: Plan, *path: str, part: int | None = None) -> str:
    (found,) = [s for s in plan.sections if s.path == path and s.part == part]
    return found.whole_text
