"""What came in is answered once, in order, also after a crash."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery import inbox as inbox_module
from bot.delivery.inbox import Entry, Inbox
from bot.delivery.leases import Lease
from bot.delivery.worker import Desk
from knowledge.errors import StorageUnavailable
from knowledge.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


def test_a_repeated_delivery_is_kept_once(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    assert inbox.put("7", "telegram:1", "{}")
    assert not inbox.put("7", "telegram:1", "{}")
    assert Inbox(database, "wecom").put("7", "telegram:1", "{}")


def test_a_conversation_is_taken_one_at_a_time_in_order(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    for key, who in (("1", "a"), ("2", "a"), ("3", "b")):
        inbox.put(key, who, key)
    first = inbox.take(10)
    assert [entry.key for entry in first] == ["1", "3"]
    assert inbox.take(10) == ()
    inbox.done(first[0])
    assert [entry.key for entry in inbox.take(10)] == ["2"]


def test_what_a_dead_process_had_taken_waits_again_after_the_start(database: Database) -> None:
    Inbox(database, "telegram").put("1", "a", "question")
    assert len(Inbox(database, "telegram").take(1)) == 1
    survivor = Inbox(database, "telegram")
    assert survivor.take(1) == ()
    survivor.recover()
    assert [entry.payload for entry in survivor.take(1)] == ["question"]


def test_a_lease_that_ran_out_passes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(database, "telegram")
    inbox.put("1", "a", "question")
    monkeypatch.setattr(inbox_module, "LEASE_SECONDS", -1.0)
    inbox.take(1)
    assert [entry.tries for entry in Inbox(database, "telegram").take(1)] == [2]


def test_an_entry_that_ended_three_processes_is_given_up(database: Database) -> None:
    Inbox(database, "telegram").put("1", "a", "poison")
    for _ in range(inbox_module.TRIES):
        process = Inbox(database, "telegram")
        process.recover()
        process.take(1)
    last = Inbox(database, "telegram")
    last.recover()
    assert last.take(1) == ()
    assert last.waiting() == 0


async def run_desk(desk: Desk, until: asyncio.Event) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(desk.run(stop))
    await asyncio.wait_for(until.wait(), 10)
    stop.set()
    await running


async def test_conversations_are_answered_side_by_side_and_each_in_order(
    database: Database,
) -> None:
    said: list[str] = []
    finished, slow_may_end = asyncio.Event(), asyncio.Event()

    async def answer(entry: Entry) -> None:
        if entry.payload == "a1":
            await slow_may_end.wait()
        said.append(entry.payload)
        if entry.payload == "b2":
            slow_may_end.set()
        if len(said) == 4:
            finished.set()

    desk = Desk(Inbox(database, "test"), answer)
    for key, who in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")):
        assert await desk.put(key, who, key)
    await run_desk(desk, finished)
    assert said == ["b1", "b2", "a1", "a2"]


async def test_what_comes_together_is_kept_together_and_each_is_told_whether_it_is_new(
    database: Database,
) -> None:
    inbox = Inbox(database, "test")
    desk = Desk(inbox, lambda _: asyncio.sleep(0))
    keys = ["1", "2", "1", "3", "2"]
    news = await asyncio.gather(*(desk.put(key, "a", key) for key in keys))
    assert news == [True, True, False, True, False]
    assert inbox.waiting() == 3


async def test_what_cannot_be_kept_is_said_to_all_who_put_it(database: Database) -> None:
    desk = Desk(Inbox(database, "test"), lambda _: asyncio.sleep(0))
    with database.begin() as db:
        db.exec_driver_sql("DROP TABLE inbox")
    ends = await asyncio.gather(*(desk.put(k, "a", k) for k in "12"), return_exceptions=True)
    assert all(isinstance(end, Exception) for end in ends)


async def test_what_is_unfinished_at_the_stop_stays_for_the_next_process(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    started = asyncio.Event()

    async def never(_: Entry) -> None:
        started.set()
        await asyncio.sleep(60)

    desk = Desk(Inbox(database, "test"), never)
    await desk.put("1", "a", "question")
    await run_desk(desk, started)
    assert [entry.tries for entry in Inbox(database, "test").take(1)] == [1]


async def test_an_answer_that_fails_is_tried_again_and_given_up_at_last(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.LOOK_SECONDS", 0.05)
    tries: list[int] = []
    given_up = asyncio.Event()

    async def fail(entry: Entry) -> None:
        tries.append(entry.tries)
        if len(tries) == inbox_module.TRIES:
            given_up.set()
        raise RuntimeError("not today")

    inbox = Inbox(database, "test")
    desk = Desk(inbox, fail)
    await desk.put("1", "a", "question")
    await run_desk(desk, given_up)
    assert tries == [1, 2, 3]
    assert inbox.waiting() == 0


def test_a_lease_has_one_holder_until_it_is_given_back(database: Database) -> None:
    first, second = Lease(database, "telegram:1"), Lease(database, "telegram:1")
    assert first.take()
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()


def test_a_lease_of_a_dead_process_is_free_at_once_where_the_library_has_one_owner(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Lease(database, "telegram:1").take()
    monkeypatch.setattr("bot.delivery.leases.PROCESS", "the next process")
    assert Lease(database, "telegram:1").take()


async def test_a_lease_that_was_taken_away_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.leases.RENEW_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.leases.LEASE_SECONDS", -1.0)  # every lease is over at once
    holder, thief = Lease(database, "bot"), Lease(database, "bot")
    async with holder.held(asyncio.Event()) as lost:
        monkeypatch.setattr("bot.delivery.leases.LEASE_SECONDS", 20.0)
        assert thief.take()
        await asyncio.wait_for(lost.wait(), 5)


class FlakyInbox(Inbox):
    """An inbox whose database is away for the first two calls of each kind."""

    def __init__(self, database: Database, channel: str) -> None:
        super().__init__(database, channel)
        self.refused: list[str] = []

    def recover(self) -> None:
        self._refuse("recover")
        super().recover()

    def done(self, entry: Entry) -> None:
        self._refuse("done")
        super().done(entry)

    def _refuse(self, what: str) -> None:
        if self.refused.count(what) < 2:
            self.refused.append(what)
            raise StorageUnavailable("the database is away")


async def test_a_database_that_is_away_is_waited_for_and_nothing_is_answered_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.LOOK_SECONDS", 0.02)
    said: list[str] = []
    inbox = FlakyInbox(database, "test")

    async def answer(entry: Entry) -> None:
        said.append(entry.payload)

    desk, stop = Desk(inbox, answer), asyncio.Event()
    await desk.put("1", "a", "question")
    running = asyncio.create_task(desk.run(stop))
    while inbox.waiting():
        await asyncio.sleep(0.02)
    stop.set()
    await running
    assert said == ["question"]
    assert inbox.refused == ["recover"] * 2 + ["done"] * 2
