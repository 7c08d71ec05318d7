"""What is a unit or a time is decided by the readers alone: no regular expression and no list of
words of another file holds one. ALLOWED are the files that still do, with how many; the list only
shrinks.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from knowledge.time import MOVING_FEASTS, RELATIVE_YEARS, SEASONS, THIS_YEAR
from knowledge.units import unit_words
from tests.support.places import REPO

READERS = {
    *(f"knowledge/{name}.py" for name in "text units quantity time tiers pairs numbering".split()),
}
NOT_CODE = ("bot/wording/", "prompts/", "knowledge/names/")  # what people read; names of places
ALLOWED = {
    "bot/answering/answer_fit.py": 11,
    "bot/answering/example_questions.py": 1,
    "bot/answering/features.py": 1,
    "bot/answering/quotation.py": 1,
    "bot/answering/years_printed.py": 1,
    "bot/channels/cutting.py": 1,
    "bot/cli/target_proposals.py": 1,
    "bot/grounding/check.py": 1,
    "bot/grounding/claims.py": 1,
    "bot/targets/filtering.py": 6,
    "bot/targets/lists.py": 1,
    "bot/understanding/answer_type.py": 6,
    "bot/understanding/dates_named.py": 7,
    "bot/understanding/intents.py": 6,
    "bot/understanding/plans_named.py": 1,
    "bot/understanding/section_named.py": 4,
    "bot/understanding/splitting.py": 7,
    "bot/understanding/synonyms.py": 2,
    "bot/understanding/years_named.py": 15,
    "knowledge/files/readers/web_article.py": 3,
    "knowledge/parsing.py": 1,
    "knowledge/search/e5/opening.py": 5,
    "knowledge/structure/cleaning/advertising.py": 2,
    "knowledge/structure/cleaning/markup.py": 1,
    "knowledge/structure/cleaning/wrapping.py": 1,
    "knowledge/structure/metadata.py": 3,
    "knowledge/structure/tense.py": 7,
    "knowledge/structure/title_lines.py": 2,
    "knowledge/structure/titles.py": 3,
    "knowledge/targets/commitments.py": 1,
    "knowledge/targets/indicator_tables.py": 1,
    "knowledge/targets/measures.py": 4,
    "knowledge/targets/phrases.py": 2,
    "knowledge/targets/register.py": 3,
}
PATTERNS = {"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"}
ALONE = frozenset("元亩吨斤年月日")  # of one character, and no part of other words as often
UNITS = {word for word in unit_words() if not word.isascii()}
TIMES = {
    *RELATIVE_YEARS,
    *THIS_YEAR,
    *MOVING_FEASTS.split("|"),
    *SEASONS.split("|"),
    *"年底 年末 年初 年内 月底 月末 月初 上半年 下半年 半年 季度 上旬 中旬 下旬 本月 下月".split(),
    *"下个月 上个月 年度 逐年 历年".split(),
}
HAN = re.compile("[\u4e00-\u9fff]+")


def strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def held(path: Path) -> set[str]:
    """Return the strings of the patterns of a file, and of its constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in PATTERNS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
        ):
            found |= set(strings(node.args[0]))
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        if isinstance(target, ast.Name) and target.id.isupper() and node.value:
            found |= set(strings(node.value))
    return found


def is_unit_or_time(word: str) -> bool:
    if len(word) == 1:
        return word in ALONE
    letters = all(c in UNITS or c in ALONE for c in word)  # [个户张] of a pattern
    bare = word.lstrip("万亿")
    return bare in UNITS or word in TIMES or (len(word) > 2 and letters)


def words(path: Path) -> set[str]:
    """Return the units and times that a file's patterns and constants hold."""
    return {w for text in held(path) for w in HAN.findall(text) if is_unit_or_time(w)}


def found() -> dict[str, set[str]]:
    files = sorted([*(REPO / "bot").rglob("*.py"), *(REPO / "knowledge").rglob("*.py")])
    names = {path.relative_to(REPO).as_posix(): path for path in files}
    return {
        name: said
        for name, path in names.items()
        if name not in READERS and not name.startswith(NOT_CODE) and (said := words(path))
    }


def test_only_the_readers_hold_units_and_times() -> None:
    more = {
        name: sorted(said) for name, said in found().items() if len(said) > ALLOWED.get(name, 0)
    }
    assert more == {}, "read them with knowledge.quantity and knowledge.time"


def test_what_is_allowed_is_still_there() -> None:
    counts = Counter({name: len(said) for name, said in found().items()})
    assert {name for name in ALLOWED if not counts[name]} == set(), "take it out of ALLOWED"


def test_the_scan_sees_a_unit_in_a_pattern(tmp_path: Path) -> None:
    file = tmp_path / "reader.py"
    file.write_text('import re\nA = re.compile("[个户张]|万元|年底")\nB = ("公里",)\n', "utf-8")
    assert words(file) == {"个户张", "万元", "年底", "公里"}
