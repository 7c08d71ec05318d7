"""What people see when something beside the bot fails, and that nothing is lost.

Storage: knowledge/test_library_faults.py. Models: generation/test_model.py and test_writing.py.
Killed processes: channels/telegram/test_crash.py, channels/wecom_app/test_restart.py,
delivery/test_inbox.py.
"""

import resource
import sqlite3
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest

from bot.assistant import Assistant
from bot.delivery.inbox import Inbox
from bot.delivery.worker import Desk
from bot.errors import ModelUnavailable
from bot.generation.model import ModelMessage
from bot.messages import Message, Reply, Status, final_reply
from bot.people.admission import AdmissionLimits
from bot.people.quota import Budget, QuotaPeriod
from bot.people.rights import Access
from bot.records.journal import ASKED_CHARS, Journal
from bot.wording import answers as wording
from knowledge.errors import StorageUnavailable
from knowledge.library import Library
from knowledge.storage import database
from tests.support.embedding import FakeEmbedder
from tests.support.source_files import read_source

PAGES = "PRAGMA page_count"
STAFF, QUESTION = "telegram:5", "适老化改造多少户"
ACCESS = Access(staff=(STAFF,))


@pytest.fixture
def library(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    with Library(tmp_path / "data", FakeEmbedder()) as opened:
        opened.add(read_source(samples / "yunxi-2025.txt"))
        yield opened


def office(library: Library, model: object = None) -> Assistant:
    limits = AdmissionLimits(Budget(library.database, "message", {QuotaPeriod.DAY: 9}))
    journal = Journal(library.database)
    return Assistant(library, ACCESS, model, journal=journal, limits=limits)  # type: ignore[arg-type]


async def say(assistant: Assistant, text: str = QUESTION) -> Reply:
    return await final_reply(assistant.reply, Message(STAFF, STAFF, text))


async def test_a_locked_catalogue_still_answers_and_says_so_in_the_log(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    assistant = office(library)
    with closing(sqlite3.connect(library.database.name)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply = await say(assistant)
    assert (reply.status, "1000户" in reply.text) == (Status.ANSWERED, True)
    assert "锁住" in caplog.text
    assert QUESTION not in caplog.text
    assert (await say(assistant)).actions, "afterwards it is written down again"


async def test_a_disk_that_is_full_still_answers(library: Library) -> None:
    """SQLite's own limit of pages stands for the disk: it fails in the same way."""
    assistant = office(library)
    with library.database.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    for _ in range(3):
        reply = await say(assistant)
        assert (reply.status, "1000户" in reply.text) == (Status.ANSWERED, True)


async def test_a_full_disk_says_of_no_message_that_it_is_kept(library: Library) -> None:
    """The channels then do not acknowledge it, and the platform sends it again."""
    inbox = Inbox(library.database, "telegram")
    desk = Desk(inbox, answer=None)  # type: ignore[arg-type]
    with library.database.connect() as db:
        db.exec_driver_sql(f"PRAGMA max_page_count={db.exec_driver_sql(PAGES).scalar()}")
    with pytest.raises(StorageUnavailable, match="磁盘已满"):
        await desk.put("7", STAFF, "问" * 100_000)
    assert inbox.waiting() == 0
    with library.database.connect() as db:
        db.exec_driver_sql("PRAGMA max_page_count=100000")
    assert await desk.put("7", STAFF, "问" * 100_000), "the repetition is new"


class DownModel:
    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[str, None]:
        raise ModelUnavailable("down", may_retry=False)
        yield ""


async def test_a_model_that_is_down_costs_its_wording_alone(library: Library) -> None:
    reply = await say(office(library, DownModel()))
    assert (reply.status, reply.written_by) == (Status.ANSWERED, "plan")
    assert "1000户" in reply.text
    assert wording.MODEL_INSTEAD in reply.text


@pytest.mark.parametrize(("word", "times"), [("养老", 5_000_000), ("（", 3_000_000), ("一", 1001)])
async def test_an_enormous_question_is_refused_at_once(
    library: Library, word: str, times: int
) -> None:
    assistant, text = office(library), word * times
    await say(assistant)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = perf_counter()
    reply = await say(assistant, text)
    assert "太长了" in reply.text
    assert perf_counter() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB
    kept = Journal(library.database).exchanges()[-1]
    assert len(kept.asked) == min(len(text), ASKED_CHARS)
