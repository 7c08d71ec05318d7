"""The outline of a plan in short, for tests of structure."""

from knowledge.parsing import parse_plan
from knowledge.plan import Plan


def parse(text: str) -> Plan:
    return parse_plan(text, "临川.txt")


def outline(plan: Plan) -> list[str]:
    """Part and path in one piece: 2二（一）; 2|1 where the path begins with a digit."""
    return [
        f"{s.part or ''}{'|' * (s.part is not None and s.path[0].isdigit())}{''.join(s.path)}"
        for s in plan.sections
    ]


def text_of(plan: Plan, *path: str, part: int | None = None) -> str:
    (found,) = [s for s in plan.sections if s.path == path and s.part == part]
    return found.whole_text
