"""Who comes in and how often, and what administrators say about people, all in chat."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest

from bot.assistant import Assistant
from bot.delivery.inbox import Entry, Inbox, conversations_waiting
from bot.delivery.worker import Desk
from bot.messages import Message, Reply, SentFile, Status, final_reply
from bot.people.admission import AdmissionLimits
from bot.people.quota import Budget, QuotaPeriod
from bot.people.rights import Access
from bot.people.roles import People
from bot.records.journal import Journal
from bot.wording import answers as wording
from bot.wording import office
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.embedding import Embedder
from tests.support.places import PLANS
from tests.support.source_files import read_source

ADMIN, STRANGER = "telegram:1", "telegram:55"
ACCESS = Access(admins=(ADMIN,))


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    with Library(tmp_path / "data", embedder) as opened:
        opened.add(read_source(PLANS / "yunxi-2025.txt"))
        yield opened


@pytest.fixture
def assistant(library: Library) -> Assistant:
    return Assistant(library, ACCESS, journal=Journal(library.database))


def limited(library: Library, minute: int, waiting: int = 0, queue: int = 9) -> Assistant:
    questions = Budget(
        library.database, "message", {QuotaPeriod.MINUTE: minute, QuotaPeriod.DAY: 1000}
    )
    limits = AdmissionLimits(questions, lambda: waiting, queue)
    return Assistant(library, ACCESS, journal=Journal(library.database), limits=limits)


async def say(assistant: Assistant, text: str, user: str = ADMIN, private: bool = True) -> Reply:
    conversation = user if private else "telegram:-100"
    return await final_reply(assistant.reply, Message(user, conversation, text, private=private))


async def test_a_stranger_is_told_how_to_ask_for_access_and_nothing_else(
    assistant: Assistant,
) -> None:
    said = [await say(assistant, t, STRANGER) for t in ("低保标准", "/start", "/plans", "/users")]
    assert {(r.text, r.status, r.actions) for r in said} == {
        (office.HOW_TO_ASK.format(user=STRANGER), Status.DENIED, ())
    }


async def test_a_stranger_is_told_the_same_of_what_nobody_can_read_and_it_is_counted(
    library: Library,
) -> None:
    assistant = limited(library, minute=2)
    for user, said in ((STRANGER, office.HOW_TO_ASK.format(user=STRANGER)), (ADMIN, "请打字")):
        sticker = Message(user, user, "", canned="请打字")
        told = [(await final_reply(assistant.reply, sticker)).text for _ in range(3)]
        assert told[:2] == [said, said]
        assert told[2].startswith("您问得有点快")
    assert Journal(library.database).exchanges() == ()


async def test_an_invitation_made_in_chat_lets_a_stranger_in(assistant: Assistant) -> None:
    invited = await say(assistant, "/users invite leader")
    code = invited.text.splitlines()[0].removeprefix("邀请码：")
    in_group = await say(assistant, f"/start {code}", STRANGER, private=False)
    assert in_group.text == office.CODE_IN_GROUP
    assert "领导" in (await say(assistant, f"/start {code}", STRANGER)).text
    assert (await say(assistant, "适老化改造多少户", STRANGER)).status is Status.ANSWERED
    assert (await say(assistant, f"/start {code}", "telegram:56")).text == office.CODE_REFUSED


async def test_an_admin_gives_keeps_out_and_takes_back_in_chat(assistant: Assistant) -> None:
    assert (await say(assistant, "/users telegram:55 领导")).text == office.USER_GIVEN.format(
        identity=STRANGER, role="领导"
    )
    assert (await say(assistant, "适老化改造多少户", STRANGER)).status is Status.ANSWERED
    assert "telegram:55：领导" in (await say(assistant, "/users")).text
    assert "已停用" in (await say(assistant, "/users telegram:55 none")).text
    assert (await say(assistant, "适老化改造多少户", STRANGER)).status is Status.DENIED
    assert "已撤销" in (await say(assistant, "用户 telegram：55 撤销")).text
    assert "名单里没有" in (await say(assistant, "/users telegram:55 remove")).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("telegram:1 staff", office.USER_IN_SETTINGS.format(identity=ADMIN)),
        ("zhangsan staff", office.BAD_IDENTITY.format(identity="zhangsan")),
        ("telegram:5 boss", office.USERS_USAGE),
        ("telegram:5", office.USERS_USAGE),
        ("invite boss", office.USERS_USAGE),
    ],
)
async def test_a_wrong_word_about_a_person_is_explained(
    assistant: Assistant, words: str, said: str
) -> None:
    assert (await say(assistant, f"/users {words}")).text == said


async def test_the_last_administrator_stays(library: Library) -> None:
    assistant = Assistant(library, Access(), journal=Journal(library.database))
    People(library.database).give("telegram:2", Role.ADMIN, "console")
    refused = await say(assistant, "/users telegram:2 staff", "telegram:2")
    assert refused.text == office.USER_LAST_ADMIN.format(identity="telegram:2")


@pytest.mark.parametrize("text", ["/users", "/users telegram:9 admin", "/users invite admin"])
async def test_people_are_not_managed_in_a_group(assistant: Assistant, text: str) -> None:
    assert (await say(assistant, text, private=False)).text == wording.ADMIN_IN_GROUP


async def test_over_the_limit_it_is_said_when_to_come_back_and_others_are_answered(
    library: Library,
) -> None:
    assistant = limited(library, minute=2)
    for user in (ADMIN, STRANGER):
        said = [(await say(assistant, "适老化改造多少户", user)).text for _ in range(3)]
        assert said[2].startswith("您问得有点快，每分钟最多 2 次。请 ")
        assert said[1] != said[2]


async def test_a_full_queue_says_when_to_come_back(library: Library) -> None:
    reply = await say(limited(library, 9, waiting=130, queue=100), "适老化改造多少户")
    assert reply.text == office.QUEUE_FULL.format(count=130, minutes=3)


async def test_what_is_refused_is_not_written_down_and_no_code_is(library: Library) -> None:
    assistant = limited(library, minute=3)
    await say(assistant, "我想看低保文件", STRANGER)
    code = (await say(assistant, "/users invite")).text.splitlines()[0].removeprefix("邀请码：")
    await say(assistant, f"/start {code}", STRANGER)
    kept = Journal(library.database).exchanges()
    assert [(e.kind, e.asked) for e in kept] == [("role", "/users invite"), ("role", "/start …")]
    assert not any("低保" in e.asked or code in e.asked for e in kept)


async def test_a_file_larger_than_the_limit_is_refused_before_it_is_fetched(
    library: Library,
) -> None:
    async def fetch() -> bytes:
        raise AssertionError("fetched")

    assistant = Assistant(library, ACCESS, upload_mb=2)
    message = Message(ADMIN, ADMIN, "", file=SentFile("大.pdf", 3_000_000, fetch))
    reply = await final_reply(assistant.reply, message)
    assert reply.text == office.FILE_TOO_LARGE.format(name="大.pdf", size=3, limit=2)


async def test_one_person_who_floods_does_not_slow_the_others(library: Library) -> None:
    """200 messages of one person are in the queue; 20 others ask once each meanwhile."""
    assistant = limited(library, minute=20)
    for number in range(20):
        People(library.database).give(f"telegram:{100 + number}", Role.STAFF, "console")
    inbox = Inbox(library.database, "test")
    done: dict[str, float] = {}

    async def answer(entry: Entry) -> None:
        await say(assistant, "适老化改造多少户", entry.conversation)
        done[entry.key] = time.perf_counter()

    desk, stop = Desk(inbox, answer), asyncio.Event()
    for number in range(200):
        inbox.put(f"flood {number}", ADMIN, "")
    start = time.perf_counter()
    running = asyncio.create_task(desk.run(stop))
    for number in range(20):
        await desk.put(f"other {number}", f"telegram:{100 + number}", "")
    assert conversations_waiting(library.database) > 0
    while len([key for key in done if key.startswith("other")]) < 20:
        await asyncio.sleep(0.01)
    flooded = sum(key.startswith("flood") for key in done)
    stop.set()
    await running
    waited = [at - start for key, at in done.items() if key.startswith("other")]
    assert flooded < 200, "the others did not wait for the flood to end"
    assert quantiles(waited, n=20)[-1] < 15
