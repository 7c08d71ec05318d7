"""Every character of a text stands in the title, the preamble, a section or what was dropped."""

import random
import re
from collections import Counter

import pytest

from knowledge.numbering import Style, step
from knowledge.parsing import parse_plan
from knowledge.plan import Plan
from knowledge.text import squeeze
from tests.support.places import PLANS

TITLE = "澜州市2025年水务工作要点\n"
CALLED_BY_ITS_FILE = "lanzhou"


def parse(text: str) -> Plan:
    return parse_plan(text, f"{CALLED_BY_ITS_FILE}.txt")


SPACES = ["", "", "\n", "\n\n", "\n\u3000\u3000", "\n\u00a0 ", "\r\n\t"]
SENTENCES = (
    "清淤干渠12公里，改造泵站4座。 新建水厂2座；换管3.5公里； 供水33.02万吨， 2020年1月开工。 "
    "按照第（三）项办理。 见（一）。 一是早动手。二是快完工。 一要严，二要实。 ××万元投入到位！ "
    "“两个清单”全覆盖。” 责任单位：水务局 农户每亩补贴80元 [bookmark:_a1] 1.5万亩 （此件公开） "
    "第二款 五、六月份 ①② 第十条 3） 澜州市水务局 二〇二五年三月十一日"
).split(" ")
NOISE = ["咨询QQ20250311", "扫码关注我们", "点击下载", "上一篇：澜州市水价方案"]
HEADS = [
    "",
    TITLE,
    "　　澜州市2025年水务工作要点",
    "首页 政务公开\n澜水〔2025〕7号\n关于印发《2025年要点》的通知\n各区县：\n请抓好落实。\n"
    "澜州市水务局\n2025年3月11日\n" + TITLE,
    "在澜州市水务大会上的讲话\n（2025年3月）\n同志们：\n",
]
NUMBER_SPACES = ["", "", " ", "\u3000"]
STYLES = [style for style in Style if not style.is_decimal and style is not Style.ITEM]


def printed(chance: random.Random, style: Style, value: int) -> str:
    """A number as offices and their web sites print it."""
    canonical = step(style, value)
    forms = [canonical]
    if style is Style.HAN:
        forms = [canonical + stop for stop in "、．.，"]
    elif style is Style.ARABIC:
        forms = [canonical + stop for stop in ".．、)）"]
    elif style in (Style.HAN_PAREN, Style.ARABIC_PAREN):
        forms = [canonical, f"({canonical[1:-1]})", f"（ {canonical[1:-1]} )"]
    return chance.choice(forms)


def random_text(seed: int) -> str:
    chance = random.Random(seed)
    pieces, counts = [chance.choice(HEADS)], Counter[Style]()
    for _ in range(chance.randint(3, 60)):
        style = chance.choice(STYLES)
        counts[style] = chance.choice([counts[style] + 1] * 6 + [1, counts[style] + 2])
        number = printed(chance, style, min(counts[style], 20))
        heading = chance.choice(["", "整修渠道", "建好水厂。", "加快推进灌区节水改造与水价改革"])
        body = chance.choices(SENTENCES, k=chance.randint(0, 6))
        pieces += [chance.choice(SPACES), number, chance.choice(NUMBER_SPACES), heading]
        pieces += [chance.choice(SPACES), chance.choice(["", "", " "]).join(body)]
        if chance.random() < 0.1:
            pieces.append(f"\n{chance.choice(NOISE)}{len(pieces)}\n")
    return "".join(pieces)


def numbers_of(text: str, plan: Plan) -> str:
    """What is left of a text when everything that the plan holds is taken out of it, in order."""
    for dropped in plan.dropped:
        assert dropped.text in text
        text = text.replace(dropped.text, "", 1)
    rest, numbers = squeeze(text), ""
    for part in reversed(plan.sections):
        own = squeeze(part.heading + part.stop + part.text)
        assert rest.endswith(own)
        rest = rest[: len(rest) - len(own)]
        number = re.search(rf"(?:{NUMBER_FORMS[part.path[-1]]})$", rest)
        assert number
        rest, numbers = rest[: number.start()], number[0] + numbers
    title = plan.metadata.title if plan.metadata.title != CALLED_BY_ITS_FILE else ""
    assert Counter(rest) == Counter(squeeze(title + plan.preamble))
    return numbers


def _forms(style: Style, value: int) -> str:
    canonical = step(style, value)
    if style in (Style.HAN_PAREN, Style.ARABIC_PAREN):
        return rf"[（(〔]{canonical[1:-1]}[）)〕]"
    return canonical + {Style.HAN: "[、．.，,]", Style.ARABIC: "[、.．)）]"}.get(style, "")


NUMBER_FORMS = {
    step(style, value): _forms(style, value) for style in STYLES for value in range(1, 51)
}


@pytest.mark.parametrize("seeds", [range(at, at + 20) for at in range(0, 200, 20)])
def test_nothing_is_lost(seeds: range) -> None:
    for seed in seeds:
        text = random_text(seed)
        plan = parse(text)
        numbers = numbers_of(text, plan)
        lost = sum(len(squeeze(d.text)) for d in plan.dropped)
        assert (plan.chars, plan.kept) == (len(squeeze(text)), len(squeeze(text)) - lost)
        assert plan.sections == () or numbers


@pytest.mark.parametrize("file", sorted(PLANS.glob("*.txt")), ids=lambda file: file.name)
def test_the_samples_are_read_whole_and_without_a_warning(file) -> None:
    text = file.read_text(encoding="utf-8")
    plan = parse_plan(text, file.name)
    assert numbers_of(text, plan)
    assert (plan.warnings, plan.dropped) == ((), ())
    assert plan.kept == plan.chars == len(squeeze(text))
