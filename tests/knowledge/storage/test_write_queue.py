"""One writer at a time, and what came in goes before what is only noted."""

import threading
import time
from pathlib import Path

from knowledge.storage.database import Database, meta
from knowledge.storage.write_queue import Writers


def wait(writers: Writers, name: str, is_urgent: bool, order: list[str]) -> threading.Thread:
    """Start a writer and return when it stands in line."""

    def write() -> None:
        with writers.turn(is_urgent, 10) as is_mine:
            assert is_mine
            order.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.05)
    return thread


def test_an_urgent_writer_goes_before_those_who_waited_longer() -> None:
    writers, order = Writers(), list[str]()
    with writers.turn(False, 1):
        lines = [("note", False), ("journal", False), ("message", True)]
        threads = [wait(writers, name, is_urgent, order) for name, is_urgent in lines]
    for thread in threads:
        thread.join(10)
    assert order == ["message", "note", "journal"]


def test_who_waits_in_vain_is_told_and_holds_nobody_up() -> None:
    writers = Writers()
    with writers.turn(False, 1):
        for is_urgent in (True, False):
            with writers.turn(is_urgent, 0.01) as is_mine:
                assert not is_mine
    with writers.turn(False, 1) as is_mine:
        assert is_mine


def test_a_writer_that_fails_lets_the_next_one_write() -> None:
    writers = Writers()
    try:
        with writers.turn(True, 1):
            raise ValueError
    except ValueError:
        pass
    with writers.turn(False, 0.1) as is_mine:
        assert is_mine


def test_the_database_lets_an_urgent_write_go_first(tmp_path: Path) -> None:
    database, order = Database(tmp_path / "one.sqlite3"), list[str]()
    database.create(meta.metadata)

    def write(name: str, is_urgent: bool) -> None:
        with database.begin(survives_power_loss=is_urgent, is_urgent=is_urgent) as db:
            database.put(db, meta, {"key": name, "value": "1"})
            order.append(name)

    with database.begin():
        threads = [threading.Thread(target=write, args=(f"note {n}", False)) for n in range(5)]
        threads.append(threading.Thread(target=write, args=("message", True)))
        for thread in threads:
            thread.start()
            time.sleep(0.02)
    for thread in threads:
        thread.join(10)
    database.close()
    assert order[0] == "message"
    assert len(order) == 6
