"""Who may not see a plan cannot tell that it exists: every way round that we could think of.

江汀市 has a speech for all and a newer plan for leaders (tests/support/bot_fixtures.py); none of
the plan's own words may reach staff, and staff are answered as if it were not there.
"""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from time import perf_counter

import pytest

from bot.assistant import Assistant
from bot.messages import Action, ActionKind, Message, Reply, SentFile, Status, final_reply
from bot.people.rights import Access
from bot.presentation.offered_buttons import section_action
from bot.records.journal import Journal
from knowledge.library import Library
from knowledge.plan import Audience, Metadata, Role
from tests.support.bot_fixtures import LEADERS_PLAN, SECRETS, SPEECH
from tests.support.embedding import FakeEmbedder
from tests.support.source_files import source_from_bytes

ADMIN, LEADER, STAFF = "telegram:1", "telegram:2", "wecom:zhang"
ACCESS = Access(admins=(ADMIN,), leaders=(LEADER,), staff=("wecom:*",))
ATTACKS = (
    # the plan by its title, its id, its file, its year, its kind, its sound
    "江汀市民政局2026年督办事项安排",
    "督办事项安排写了什么",
    "/use duban-2026",
    "/use duban-2026.txt",
    "/use 督办",
    "/use 2026",
    "只看2026年的",
    "2026年有哪些指标",
    "2026年的指标有多少项",
    "今年和2024年比，指标变了多少",
    "去年到今年养老床位怎么变",
    "督辦事項",
    "duban shixiang",
    "zijinglou tengtui",
    "紫金楼腾退",
    "紫荆楼疼退多少平方米",
    # its content, its sections, its figures
    "紫荆楼腾退多少平方米",
    "档案搬到哪里",
    "干部多少人",
    "1200平方米",
    "9月底前要办完哪些事",
    "第一部分第一条",
    "一（一）",
    "/section 一（二）",
    "/section duban-2026 一（一）",
    "督办事项第1条",
    "下一条",
    "所有文件的指标",
    "一共有多少项指标",
    "哪个文件的指标最多",
    "最大的面积是多少",
    "对比各文件的指标",
    "有哪几年的文件",
    "最新的文件是哪一份",
    "有没有给领导看的文件",
    # what the bot says of itself
    "/start",
    "/help",
    "/plans",
    "文件",
    "帮助",
    "概括一下所有文件",
    "/targets",
    "/targets 紫荆",
    "/targets 2026",
    # what only administrators may ask
    "/versions duban-2026",
    "/versions",
    "/remove duban-2026",
    "/remove",
    "/users",
    "/add",
    "/feedback 紫荆楼",
)
HIDDEN_WORDS = ("紫荆楼", "腾退", "档案", "搬迁", "办公用房", "新址", "督办事项", "涉及干部")
BESIDE = (
    "{word}怎么安排",
    "{word}方面的安排",
    "养老院的{word}多少",
    "助餐点{word}几个",
    "救助资金和{word}",
    "{word}什么时候开工",
    "{word}会议减少多少",
    "指标里的{word}",
)
TODAY = date(2024, 6, 1)  # in a year that is no secret
_numbers = count(1)


def open_office(folder: Path, with_secret: bool) -> Library:
    library = Library(folder / "data", FakeEmbedder())
    speech = source_from_bytes("jianghua-2024.txt", SPEECH.encode())
    library.add(speech, Metadata(region="江汀市", aliases=("讲话",)))
    if with_secret:
        secret = source_from_bytes("duban-2026.txt", LEADERS_PLAN.encode())
        library.add(secret, Metadata(region="江汀市", audience=Audience.LEADERS))
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_office(tmp_path_factory.mktemp("with"), with_secret=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def assistant(library: Library) -> Assistant:
    return Assistant(library, ACCESS, journal=Journal(library.database))


@pytest.fixture
def innocent(tmp_path: Path) -> Iterator[Assistant]:
    """The same office without the leaders' plan."""
    with open_office(tmp_path, with_secret=False) as opened:
        yield Assistant(opened, ACCESS, journal=Journal(opened.database))


async def say(
    assistant: Assistant,
    text: str = "",
    user: str = STAFF,
    conversation: str = "",
    action: Action | None = None,
    private: bool = True,
    plan: str | None = None,
) -> Reply:
    conversation = conversation or f"{user}/{next(_numbers)}"
    message = Message(
        user, conversation, text, action=action, private=private, plan=plan, today=TODAY
    )
    return await final_reply(assistant.reply, message)


def revealed(reply: Reply, asked: str = "") -> list[str]:
    """Return the secrets that stand anywhere in a reply and were not in the question itself."""
    said = [reply.text, reply.notice, reply.sources]
    said += [f"{a.title} {a.value}" for a in reply.actions] + [f.name for f in reply.attachments]
    said += [f"{c.record} {c.section} {c.quote}" for c in reply.citations]
    said += [f"{record} {target}" for record, target in reply.targets]
    whole = "\n".join(said)
    return [word for word in SECRETS if word in whole and word not in asked]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_staff_learn_nothing_from(assistant: Assistant, attack: str) -> None:
    reply = await say(assistant, attack)
    assert revealed(reply, attack) == []
    assert {c.record.file for c in reply.citations} <= {"jianghua-2024.txt"}
    for action in reply.actions:
        pressed = await say(assistant, action=action)
        assert revealed(pressed, attack) == []


async def test_staff_are_answered_as_if_the_plan_were_not_there(
    assistant: Assistant, innocent: Assistant
) -> None:
    different = []
    for attack in ATTACKS:
        here, there = await say(assistant, attack), await say(innocent, attack)
        if (here.text, here.status, here.targets) != (there.text, there.status, there.targets):
            different.append((attack, here.text, there.text))
    assert different == []


@pytest.mark.parametrize("pattern", BESIDE)
async def test_a_hidden_word_beside_a_public_subject_is_like_a_word_that_no_plan_prints(
    assistant: Assistant, innocent: Assistant, pattern: str
) -> None:
    """How much a word tells decides what is answered: counted are the reader's plans alone."""
    different = []
    for word in HIDDEN_WORDS:
        asked = pattern.format(word=word)
        here, there = await say(assistant, asked), await say(innocent, asked)
        in_group = await say(assistant, asked, LEADER, private=False)
        for reply in (here, in_group):
            if (reply.text, reply.status) != (there.text, there.status):
                different.append((asked, reply.text, there.text))
    assert different == []


@pytest.mark.parametrize("plan", ["duban-2026", "duban-2026.txt"])
async def test_the_plan_is_unknown_by_name_like_one_that_never_was(
    assistant: Assistant, plan: str
) -> None:
    hidden = await say(assistant, "写了什么", plan=plan)
    never = await say(assistant, "写了什么", plan="x" * len(plan))
    assert hidden.text.replace(plan, "?") == never.text.replace("x" * len(plan), "?")
    assert hidden.status is never.status


async def test_a_refusal_of_the_hidden_takes_no_longer_than_of_the_unknown(
    assistant: Assistant,
) -> None:
    """The least of ten: what the machine does besides only adds time."""
    spent = {"duban-2026": 9.0, "never-2026": 9.0}
    for plan in spent:
        await say(assistant, "写了什么", plan=plan)
    for _ in range(10):
        for plan in spent:
            start = perf_counter()
            await say(assistant, "写了什么", plan=plan)
            spent[plan] = min(spent[plan], perf_counter() - start)
    assert spent["duban-2026"] < 2 * spent["never-2026"] + 0.005


async def test_a_leader_s_buttons_give_staff_nothing(
    assistant: Assistant, library: Library
) -> None:
    asked = ("督办事项有哪些指标", "紫荆楼腾退多少平方米", "/start")
    replies = [await say(assistant, text, LEADER) for text in asked]
    assert any(revealed(reply) for reply in replies), "the leader sees the plan"
    actions = [action for reply in replies for action in reply.actions]
    record = next(r for r in library.records(Role.LEADER) if r.file == "duban-2026.txt")
    actions += [section_action(record, s) for s in library.plan(record).sections]
    actions += [Action(kind, "", "1") for kind in (ActionKind.PICTURE, ActionKind.SHEET)]
    for action in actions:
        asked_aloud = action.value if action.kind is ActionKind.ASK else ""
        assert revealed(await say(assistant, action=action), asked_aloud) == []


@pytest.mark.parametrize("kind", [k for k in ActionKind if k.value in "add cancel remove restore"])
async def test_an_administrator_s_buttons_do_nothing_for_staff(
    assistant: Assistant, library: Library, kind: ActionKind
) -> None:
    for value in ("duban-2026", "duban-2026:1", "1"):
        reply = await say(assistant, action=Action(kind, "", value))
        assert reply.status is Status.DENIED
        assert revealed(reply) == []
    assert len(library.records(Role.ADMIN)) == 2


@pytest.mark.parametrize("user", [LEADER, ADMIN])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_in_a_group_only_plans_for_all_exist(
    assistant: Assistant, user: str, attack: str
) -> None:
    reply = await say(assistant, attack, user, private=False)
    assert revealed(reply, attack) == []


@pytest.mark.parametrize("user", [LEADER, ADMIN])
async def test_a_button_pressed_in_a_group_shows_only_plans_for_all(
    assistant: Assistant, user: str
) -> None:
    private = await say(assistant, "督办事项有哪些指标", user)
    for action in private.actions:
        pressed = await say(assistant, user=user, action=action, private=False)
        assert revealed(pressed, action.value) == []


async def test_who_is_no_leader_any_more_goes_on_without_the_plan(
    library: Library,
) -> None:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    turns = ("紫荆楼腾退多少平方米", "/use duban-2026")
    for text in turns:
        await say(assistant, text, LEADER, "chat")
    await say(assistant, f"/users {LEADER} staff", ADMIN)
    for text in ("下一条", "上一级", "还有呢", "下一页", "有哪些指标", "/plans", "它的期限呢"):
        assert revealed(await say(assistant, text, LEADER, "chat"), turns[0]) == []
    await say(assistant, f"/users {LEADER} remove", ADMIN)


@pytest.mark.parametrize("asked", ["zijinglou", "zijinglou指标", "紫金楼腾退有哪些指标"])
async def test_who_is_no_leader_any_more_is_not_told_how_a_hidden_word_is_spelled(
    library: Library, asked: str
) -> None:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    await say(assistant, asked, LEADER, asked)
    await say(assistant, f"/users {LEADER} staff", ADMIN)
    for text in ("有哪些指标", "指标呢", "多少平方米", "下一页", "还有呢"):
        assert revealed(await say(assistant, text, LEADER, asked), asked) == []
    await say(assistant, f"/users {LEADER} remove", ADMIN)


async def test_what_is_quoted_opens_nothing(assistant: Assistant) -> None:
    message = Message(STAFF, "quoting", "这一条原文是什么", quoted="〔一（一）〕")
    assert revealed(await final_reply(assistant.reply, message)) == []


async def test_a_file_of_the_same_name_sent_by_staff_is_not_compared(
    assistant: Assistant,
) -> None:
    async def fetch() -> bytes:
        return LEADERS_PLAN.encode()

    file = SentFile("duban-2026.txt", 100, fetch)
    for user, private in ((STAFF, True), (LEADER, True), (ADMIN, False)):
        message = Message(user, "files", "", file=file, private=private)
        reply = await final_reply(assistant.reply, message)
        assert (reply.status, revealed(reply)) == (Status.DENIED, [])
