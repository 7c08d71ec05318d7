"""A question -> the passages that fit it: both legs asked, fused, and read with their sections.

What was found last is kept: one question is often searched for more than once, and in several sets
of plans.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from knowledge.errors import AmbiguousPlan, UnknownPlan
from knowledge.plan import PlanRecord
from knowledge.search.dense import Meaning
from knowledge.search.fusion import LEG_LIMIT, Hit, fuse
from knowledge.storage.catalogue import Catalogue

KEPT_QUESTIONS = 16  # vectors
KEPT_SEARCHES = 8  # a follow-up makes four or five

Plans = tuple[tuple[str, int], ...]
Key = tuple[int, str, Plans, Plans]  # generation, question, plans, those that weigh words


class Search:
    """The search of one library."""

    def __init__(
        self, catalogue: Catalogue, meaning: Meaning, embed: Callable[[str], list[float]]
    ) -> None:
        self._catalogue, self._meaning = catalogue, meaning
        self._embed_query = lru_cache(maxsize=KEPT_QUESTIONS)(embed)
        self._kept: dict[Key, tuple[Hit, ...]] = {}

    def find(
        self, question: str, plans: Sequence[PlanRecord], among: Sequence[PlanRecord]
    ) -> list[Hit]:
        """Return passages of these plans that fit the question, best first: meaning and words,
        min-max fused; words are weighed by the plans `among` which they are.
        """
        generation = self._catalogue.corpus().generation
        key = (generation, question, _known_by(plans), _known_by(among))
        if (kept := self._kept.get(key)) is None:
            kept = tuple(self._find(question, plans, among))
            # a new dictionary each time: several threads search
            self._kept = dict([*self._kept.items(), (key, kept)][-KEPT_SEARCHES:])
        return list(kept)

    def _find(
        self, question: str, plans: Sequence[PlanRecord], among: Sequence[PlanRecord]
    ) -> list[Hit]:
        by_id = {record.id: record for record in plans}
        words = dict(self._catalogue.full_text(question, by_id, LEG_LIMIT, among))
        meaning = self._meaning.nearest(self._embed_query(question), LEG_LIMIT, plans)
        fused = fuse(meaning, words)
        rows = self._catalogue.found(fused)
        return [
            Hit(
                id_,
                by_id[row.plan],
                row.section,
                row.text,
                score,
                words.get(id_, 0),
                meaning.get(id_, 0),
            )
            for id_, score in sorted(fused.items(), key=lambda item: -item[1])
            # a record read before a new version was published must not borrow its passages
            if (row := rows.get(id_)) and row.version == by_id[row.plan].version
        ]

    def warm_up(self, plans: Sequence[PlanRecord]) -> None:
        """Open the vectors and load the model."""
        self._meaning.nearest(self._embed_query("热身"), 1, plans)


def _known_by(plans: Sequence[PlanRecord]) -> Plans:
    return tuple((r.id, r.version) for r in plans)


def find_plan(name: str, records: Sequence[PlanRecord]) -> PlanRecord:
    """Return the plan with this id or file name.

    Raises:
        UnknownPlan: there is none; the message names those there are.
        AmbiguousPlan: several plans have this file name.
    """
    found = [r for r in records if r.id == name] or [r for r in records if r.file == name]
    if not found:
        known = "、".join(r.id for r in records) or "还没有任何文件"
        raise UnknownPlan(f"没有叫 {name!r} 的文件。现有：{known}。")
    if len(found) > 1:
        ids = "、".join(r.id for r in found)
        raise AmbiguousPlan(f"有 {len(found)} 份文件都叫 {name!r}，请改用编号：{ids}。")
    return found[0]
