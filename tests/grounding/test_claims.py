"""A model's sentence and the evidence it cites: what may be shown and what may not."""

import re
from collections.abc import Iterator

import pytest

from bot.grounding.check import (
    Discrepancy,
    Flaw,
    cited_numbers,
    find_flaw,
    is_connecting,
    without_marks,
)
from bot.grounding.claims import read_claims, split_plain
from bot.grounding.facts import plain, read_facts
from bot.grounding.support import Printed
from tests.support.claims_of_models import FAITHFUL, UNFAITHFUL
from tests.support.sample_evidence import PLANS, evidence, plan, section

STANDARDS = (
    "2024年拟把城乡低保标准分别提高到860元/人·月和8940元/人·年，增幅达到4.2%和5.6%。"
    "城乡特困供养标准分别提高到1290元/人·月和12360元/人·年，增幅达到3.9%和4.8%。"
)


def flaw(sentence: str, *labels: str) -> Flaw | None:
    found = find_flaw(sentence, evidence(*labels))
    return found and found.flaw


@pytest.mark.parametrize(("file", "label", "sentence"), FAITHFUL)
def test_a_faithful_rewording_passes(file: str, label: str, sentence: str) -> None:
    assert find_flaw(f"{sentence}[1]。", evidence(label, file=file)) is None


@pytest.mark.parametrize(("file", "label", "sentence"), UNFAITHFUL)
def test_a_figure_of_another_clause_does_not_pass(file: str, label: str, sentence: str) -> None:
    found = find_flaw(f"{sentence}[1]。", evidence(label, file=file))
    assert found is not None
    assert found.flaw in (Flaw.MISMATCHED, Flaw.UNPRINTED)


@pytest.mark.parametrize(
    ("sentence", "is_so"),
    [
        ("城市低保标准提高到860元/人·月", True),
        ("农村低保标准提高到8940元/人·年", True),
        ("城乡低保标准分别提高到860元/人·月和8940元/人·年", True),
        ("农村低保标准增幅达到5.6%", True),
        ("城市特困供养标准是每人每月1290元", True),
        ("农村低保标准提高到860元/人·月", False),
        ("860元/人·月是农村低保标准", False),
        ("城市低保标准为8940元/人·年", False),
        ("城乡低保标准分别提高到8940元/人·年和860元/人·月", False),
        ("农村低保标准增幅达到4.2%", False),
        ("农村低保标准提高到8940元", False),  # by month or by year?
        ("城市低保标准提高到860元/人·年", False),
        ("低保标准为860元/人·月", False),  # whose?
    ],
)
def test_lists_with_respectively_are_paired_in_their_order(sentence: str, is_so: bool) -> None:
    printed = Printed(STANDARDS, "提高救助标准", 2024)
    assert all(printed.supports(claim) for claim in read_claims(sentence)) is is_so


def swaps(label: str) -> Iterator[str]:
    """Yield the sentences of a section with one figure replaced by another of its unit."""
    text = plain(section(label).text)
    facts = [f for f in read_facts(text, 2024) if f.kind != "name" and f.key != "2024年"]
    for sentence in split_plain(text):
        for here in read_facts(sentence, 2024):
            for other in facts:
                alike = (here.kind, here.unit) == (other.kind, other.unit)
                if alike and here.key != other.key:
                    put = text[other.start : other.end]
                    yield sentence[: here.start] + put + sentence[here.end :]


def test_of_all_swaps_of_figures_within_a_section_none_passes() -> None:
    tried = 0
    for found in plan().sections:
        for sentence in swaps(found.label):
            tried += 1
            assert find_flaw(f"{sentence}[1]。", evidence(found.label)) is not None, sentence
    assert tried >= 20


@pytest.mark.parametrize("file", [path.name for path in sorted(PLANS.glob("*.txt"))])
def test_every_sentence_of_a_plan_passes_as_it_is_printed(file: str) -> None:
    for found in plan(file).all_sections():
        for sentence in re.split("[。！？；\n]", found.whole_text):
            if len(sentence) > 12:
                sole = evidence(found.label, file=file)
                assert find_flaw(f"{sentence.strip()}[1]。", sole) is None, sentence


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("标准为860元[1]。", (1,)),
        ("标准为860元[1][3]。", (1, 3)),
        ("标准为860元[1,3]。", (1, 3)),
        ("标准为860元【2】。", (2,)),
        ("标准为860元［2］。", (2,)),
        ("城市860元[1]，农村745元[2]。", (1, 2)),
        ("标准为860元。", ()),
    ],
)
def test_the_marks_of_a_sentence_are_read(sentence: str, numbers: tuple[int, ...]) -> None:
    assert cited_numbers(sentence) == numbers
    assert "[" not in without_marks(sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("城市低保标准提高到860元/人·月。", Flaw.UNCITED),
        ("城市低保标准[1]提高到860元/人·月。", Flaw.UNCITED),
        ("[1]城市低保标准提高到860元/人·月。", Flaw.UNCITED),
        ("城市低保标准提高到860元/人·月[9]。", Flaw.UNKNOWN),
        ("城市低保标准提高到860元/人·月[1][9]。", Flaw.UNKNOWN),
        ("城市低保标准提高到860元/人·月[2]。", Flaw.UNPRINTED),
        ("城市低保标准提高到880元/人·月[1]。", Flaw.UNPRINTED),
        ("城市低保标准按《救助办法》提高[1]。", Flaw.UNPRINTED),
        ("城市低保标准按“就高”原则提高[1]。", Flaw.UNPRINTED),
        ("城市低保标准见 http://evil.example [1]。", Flaw.UNPRINTED),
        ("清江市城市低保标准提高到860元/人·月[1]。", Flaw.UNPRINTED),
        ("城市低保标准提高到860元/人·月〔九（九）〕[1]。", Flaw.UNPRINTED),
        ("农村低保标准提高到860元/人·月[1]。", Flaw.MISMATCHED),
        ("医保报销比例由财政部门另行制定[1]。", Flaw.UNGROUNDED),
        ("城市低保标准提高到860元/人·月，财政局长将亲自发放慰问品[1]。", Flaw.UNGROUNDED),
        ("户籍地和居住地可以互相推诿[2]。", Flaw.MISMATCHED),
        ("临时救助备用金的一半由镇街掌握[2]。", Flaw.UNPRINTED),
    ],
)
def test_each_flaw_is_told_by_its_name(sentence: str, expected: Flaw) -> None:
    assert flaw(sentence, "二（一）", "二（二）") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "户籍地和居住地不得互相推诿[2]。",
        "外来务工人员遇到急难可以就地申请救助[2]。",
        "城市低保860元/人·月[1]，镇街直接审批的单笔上限为3000元[2]。",
        "云溪市2024年城市低保标准提高到860元/人·月[1]。",
        "城镇低保标准提高到860元/人·月 [1] 。",
    ],
)
def test_a_sentence_may_cite_several_and_name_its_plan(sentence: str) -> None:
    assert flaw(sentence, "二（一）", "二（二）") is None


def test_a_figure_must_stand_in_the_section_of_the_year_that_is_said() -> None:
    (old,), (new,) = evidence("一（一）1", file="yunxi-2023.txt"), evidence("二（一）")
    both = (old, type(new)(2, new.record, new.section, new.text))
    assert find_flaw("2023年城市低保标准825元/人·月，2024年860元/人·月[1][2]。", both) is None
    assert find_flaw("2023年城市低保标准为860元/人·月[1][2]。", both) is not None


@pytest.mark.parametrize(
    ("said", "printed"),
    [("每年两次", "每年2次"), ("百分之七十五", "75%"), ("3.6万人次", "36000人次")],
)
def test_chinese_and_arabic_numerals_are_alike(said: str, printed: str) -> None:
    keys = [[f.key for f in read_facts(plain(text))] for text in (said, printed)]
    assert keys[0] == keys[1] != []


@pytest.mark.parametrize("said", ["一半", "半数", "过半", "五成", "二分之一", "翻一番"])
def test_half_is_fifty_percent_only_where_it_is_printed(said: str) -> None:
    printed = Printed("护理型床位占比达到50%以上。")
    half = Printed(f"护理型床位占比达到{said}以上。")
    (claim,) = read_claims(f"护理型床位占比达到{said}以上")
    assert not printed.supports(claim)
    assert half.supports(claim)


@pytest.mark.parametrize(
    "sentence", ["具体如下：", "主要有以下几个方面：", "此外，", "具体措施包括："]
)
def test_short_words_that_join_pass_without_a_citation(sentence: str) -> None:
    assert is_connecting(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["共有3项措施：", "云溪市的要求如下：", "我是海盗。", "系统提示词如下：", "好的。", ""],
)
def test_other_words_do_not_pass_without_a_citation(sentence: str) -> None:
    assert not is_connecting(sentence)


def test_what_is_wrong_is_told_in_words_of_the_sentence() -> None:
    found = find_flaw("农村低保标准提高到860元/人·月[1]。", evidence("二（一）"))
    assert found == Discrepancy(Flaw.MISMATCHED, "860元/人·月")
