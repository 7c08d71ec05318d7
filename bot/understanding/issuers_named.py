"""Organs as people name them -> whose plans: 教育局, 卫健委 for 卫生健康委员会.

A short form keeps the first character of the organ's name, then others of it in their order. The
names are those that the catalogue knows as issuers.

Not covered: 政府 and 党委, which stand in too many words; short forms of other characters.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.plan import PlanRecord
from knowledge.text import normal

ENDING = re.compile("(委员会|局|厅|委|办公室|中心)$")
PLACE = re.compile("^.{2,6}?(?:自治区|自治州|自治县|省|市|州|盟|县|旗|区|镇|乡)")
SHORT_ENDINGS = {
    "委员会": "(?:委员会|委|局)",
    "局": "(?:局|委)",
    "委": "(?:委|局)",
    "办公室": "办(?:公室)?",
}
BEFORE = r"(?:(?<=^)|(?<=[\s，,。、？?和跟与及的看问市县区旗省年]))"
AS_TOPIC = r"(?!的?(?:牵头|负责|承担|主办|主管|配合|责任|管|是吧|对吧|吗|吧|还是))"
LEAST = 2  # characters of a name before its ending


def organs_named(
    text: str, records: Sequence[PlanRecord]
) -> list[tuple[str, tuple[PlanRecord, ...]]]:
    """Return the organs that a question names, as it names them, with the plans they issued."""
    owners: dict[str, list[PlanRecord]] = {}
    for record in records:
        if name := own_name(record):
            owners.setdefault(name, []).append(record)
    found = []
    for name in sorted(owners, key=len, reverse=True):
        match = pattern(name).search(text)
        if match and len(ENDING.sub("", match[0])) >= LEAST:
            found.append((match[0], tuple(owners[name])))
    return found


def own_name(record: PlanRecord) -> str:
    """Return what a plan's issuer is called in its own place, "" where it is no organ.

    >>> from knowledge.plan import Metadata
    >>> own_name(PlanRecord("a", 1, "a.txt", Metadata(issuer="云溪市民政局", region="云溪市")))
    '民政局'
    """
    issuer, region = normal(record.metadata.issuer or ""), record.metadata.region or ""
    bare = issuer.removeprefix(region) if region else issuer
    bare = PLACE.sub("", bare) if bare == issuer else bare
    return bare if ENDING.search(bare) and len(ENDING.sub("", bare)) >= LEAST else ""


@lru_cache(maxsize=1000)
def pattern(name: str) -> re.Pattern[str]:
    """Return what finds an organ's name or a short form of it.

    >>> bool(pattern("卫生健康委员会").search("卫健委今年"))
    True
    """
    match = ENDING.search(name)
    assert match is not None
    body, ending = name[: match.start()], match[1]
    rest = "".join(f"{re.escape(c)}?" for c in body[1:])
    last = SHORT_ENDINGS.get(ending, ending)
    return re.compile(f"{BEFORE}[市县区旗省州]?{re.escape(body[0])}{rest}{last}{AS_TOPIC}")
