"""The card under an answer, what its buttons do, and that it changes within five seconds."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.wecom.cards import choose
from bot.messages import Action, ActionKind, Reply, Status
from bot.wording import answers as wording
from bot.wording import wecom_app as wording_wecom
from tests.support.wecom_server import (
    FakeAssistant,
    FakeClock,
    FakeWeCom,
    Host,
    Office,
    office,
    web_host,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECTIONS = tuple(Action(ActionKind.SECTION, f"原文 二（{n}）", f"p:{n}") for n in "一二三四五")
NEXT = Action(ActionKind.ASK, "下一页", "下一页")
PICTURE, SHEET = Action(ActionKind.PICTURE, "图", "1"), Action(ActionKind.SHEET, "表格", "1")
GOOD, BAD = Action(ActionKind.GOOD, "👍", "1", True), Action(ActionKind.BAD, "👎", "1", True)
ADD, CANCEL = (
    Action(ActionKind.ADD, "入库", "t", True),
    Action(ActionKind.CANCEL, "取消", "t", True),
)
ANSWER = Reply("答", Status.ANSWERED, actions=(SECTIONS[0], GOOD, BAD))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[Host]:
    async with web_host() as host:
        yield host


async def asked(bot: Office, text: str = "问") -> dict[str, object]:
    """Ask and return the card that follows the answer."""
    cards = len(bot.wecom.cards())
    await bot.phone.say("zhangsan", text)
    async with asyncio.timeout(5):
        while len(bot.wecom.cards()) == cards:
            await asyncio.sleep(0.01)
    return bot.wecom.cards()[-1]


async def updated(bot: Office, number: int = 1) -> dict[str, object]:
    """Wait for a number of changed cards and return the last."""
    async with asyncio.timeout(5):
        while len(bot.wecom.updates) < number:
            await asyncio.sleep(0.01)
    return bot.wecom.updates[-1]["template_card"]


def captions(card: dict[str, object]) -> list[str]:
    return [button["text"] for button in card["button_list"]]


async def test_the_buttons_follow_the_answer_on_a_card(host: Host) -> None:
    async with office(host, FakeAssistant(ANSWER)) as bot:
        card = await asked(bot)
    assert [message["msgtype"] for message in bot.wecom.sent] == ["text", "template_card"]
    assert captions(card) == ["原文 二（一）", "👍", "👎"]


async def test_a_press_does_what_its_button_says_for_who_pressed(host: Host) -> None:
    assistant = FakeAssistant(ANSWER, "原文如下")
    async with office(host, assistant) as bot:
        await bot.phone.press("ZhangSan", await asked(bot), "原文 二（一）")
        card = await updated(bot)
    assert assistant.heard[1].action == SECTIONS[0]
    assert assistant.heard[1].user == "wecom:zhangsan"
    assert bot.wecom.texts() == ["答", "原文如下"]
    assert card["sub_title_text"] == wording_wecom.CARD_DONE.format(title="原文 二（一）")
    assert captions(card) == ["原文 二（一）", "👍", "👎"]


async def test_a_rating_is_thanked_on_the_card_and_cannot_be_given_twice(host: Host) -> None:
    thanks = Reply("", Status.INFO, notice=wording.THANKS)
    async with office(host, FakeAssistant(ANSWER, thanks)) as bot:
        await bot.phone.press("zhangsan", await asked(bot), "👍")
        card = await updated(bot)
    assert card["sub_title_text"] == wording.THANKS
    assert captions(card) == ["原文 二（一）"]
    assert bot.wecom.texts() == ["答"]  # nothing further is sent


async def test_after_a_choice_the_card_is_over(host: Host) -> None:
    preview = Reply("确认入库吗？", Status.CLARIFY, actions=(ADD, CANCEL))
    async with office(host, FakeAssistant(preview, "已入库")) as bot:
        await bot.phone.press("zhangsan", await asked(bot), "入库")
        card = await updated(bot)
    assert card["replace_text"] == wording_wecom.CARD_OVER
    assert bot.wecom.texts() == ["确认入库吗？", "已入库"]


async def test_a_changed_card_can_be_pressed_again(host: Host) -> None:
    assistant = FakeAssistant(ANSWER, "一", "二")
    async with office(host, assistant) as bot:
        await bot.phone.press("zhangsan", await asked(bot), "原文 二（一）")
        changed = await updated(bot)
        await bot.phone.press("zhangsan", changed, "原文 二（一）")
        await updated(bot, 2)
    assert bot.wecom.texts() == ["答", "一", "二"]


async def test_a_press_delivered_three_times_acts_once(host: Host) -> None:
    assistant = FakeAssistant(ANSWER, "原文")
    async with office(host, assistant) as bot:
        card = await asked(bot)
        key = card["button_list"][0]["key"]
        event = f"<Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>t</TaskId>"
        for _ in range(3):
            await bot.phone.post("zhangsan", "event", event)
    assert len(assistant.heard) == 2


async def test_behind_a_running_answer_the_card_asks_for_patience_in_time(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom_app.pressing.WAIT_SECONDS", 0.1)
    thanks = Reply("", Status.INFO, notice=wording.THANKS)
    assistant = FakeAssistant(ANSWER, "慢的答案", thanks, seconds={"慢": 0.6})
    async with office(host, assistant) as bot:
        card = await asked(bot)
        await bot.phone.say("zhangsan", "慢")
        await bot.phone.press("zhangsan", card, "👍")
        waiting = await updated(bot)
        assert bot.wecom.texts() == ["答"]
    assert waiting["sub_title_text"] == wording_wecom.CARD_WAIT.format(title="👍")
    assert bot.wecom.texts() == ["答", "慢的答案", wording.THANKS]  # said, for the card is used up
    assert len(bot.wecom.updates) == 1


async def test_a_card_that_cannot_be_changed_costs_no_answer(host: Host) -> None:
    thanks = Reply("", Status.INFO, notice=wording.THANKS)
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("message/update_template_card", 45009)
    async with office(host, FakeAssistant(ANSWER, thanks), wecom, clock) as bot:
        await bot.phone.press("zhangsan", await asked(bot), "👍")
        await bot.wecom.wait_for_sent(3)
    assert bot.wecom.texts() == ["答", wording.THANKS]


async def test_a_button_of_another_person_is_refused_with_a_word(host: Host) -> None:
    assistant = FakeAssistant(ANSWER)
    async with office(host, assistant) as bot:
        await bot.phone.press("lisi", await asked(bot), "👍")
    assert len(assistant.heard) == 1
    assert bot.wecom.texts("lisi") == [wording.BUTTON_OF_OTHER]


@pytest.mark.parametrize("key", ["", "0", "9.abc", "x.abc", "0.forged-token", "-1.a"])
async def test_a_forged_button_does_nothing(host: Host, key: str) -> None:
    assistant = FakeAssistant()
    event = f"<Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>t</TaskId>"
    async with office(host, assistant) as bot:
        assert (await bot.phone.post("zhangsan", "event", event)).status_code == 200
    assert assistant.heard == []
    assert bot.wecom.texts() in ([], [wording.BUTTON_TOO_OLD])


async def test_long_questions_stand_above_their_buttons(host: Host) -> None:
    examples = [f"云溪市202{n}年农村低保标准是多少？" for n in (4, 5)]
    actions = tuple(Action(ActionKind.ASK, asked, asked) for asked in examples)
    assistant = FakeAssistant(Reply("您好", Status.INFO, actions=actions))
    async with office(host, assistant) as bot:
        card = await asked(bot)
        await bot.phone.press("zhangsan", card, "问第 2 题")
    assert card["sub_title_text"] == f"1. {examples[0]}\n2. {examples[1]}"
    assert assistant.heard[1].action == actions[1]


async def test_a_card_that_wecom_refuses_is_logged_and_the_answer_there(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("message/send", 0, 40058)
    async with office(host, FakeAssistant(ANSWER), wecom, clock) as bot:
        await bot.phone.say("zhangsan", "问")
    assert bot.wecom.texts() == ["答"]
    assert "40058" in caplog.text


@pytest.mark.parametrize(
    ("actions", "kept"),
    [
        ((*SECTIONS, NEXT, PICTURE, SHEET, GOOD, BAD), "一 下一页 图 表格 👍 👎"),
        ((*SECTIONS, GOOD, BAD), "一 二 三 四 👍 👎"),
        (SECTIONS, "一 二 三 四 五"),
        ((), ""),
    ],
)
async def test_six_buttons_have_room_and_sections_give_way(
    actions: tuple[Action, ...], kept: str
) -> None:
    titles = [a.title.removeprefix("原文 二（").removesuffix("）") for a in choose(actions)]
    assert titles == kept.split()
