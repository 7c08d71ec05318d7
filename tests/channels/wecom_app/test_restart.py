"""A WeCom app that is killed between a callback and its answer answers once after the restart."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.support.places import REPO
from tests.support.wecom_server import CUT_AFTER, FakeWeCom, Host, Phone, web_host

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[Host]:
    async with web_host() as host:
        yield host


@asynccontextmanager
async def process(
    folder: Path, base_url: str, wecom: FakeWeCom, seconds: float
) -> AsyncIterator[tuple[Phone, asyncio.subprocess.Process]]:
    """Start an app over folder/bot.sqlite3; it is killed at the end if it still lives."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.wecom_process"),
        *(str(folder / "bot.sqlite3"), base_url, str(seconds)),
        cwd=REPO,
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    try:
        port = int(await asyncio.wait_for(running.stdout.readline(), 30))
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield Phone(client, wecom), running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_question_whose_process_was_killed_is_answered_once_by_the_next(
    host: Host, tmp_path: Path
) -> None:
    wecom = FakeWeCom()
    url = host.mount(wecom.routes())
    async with process(tmp_path, url, wecom, seconds=60) as (phone, first):
        assert (await phone.say("zhangsan", "问", message_id=1)).status_code == 200
        await asyncio.sleep(0.5)  # the answer runs
        first.send_signal(signal.SIGKILL)
    assert wecom.sent == []
    async with process(tmp_path, url, wecom, seconds=0) as (phone, _):
        await wecom.wait_for_sent(2)
        await phone.say("zhangsan", "问", message_id=1)  # WeCom repeats it
        await phone.say("zhangsan", "另一个", message_id=2)
        await wecom.wait_for_sent(4)
    assert [m["msgtype"] for m in wecom.sent] == ["text", "template_card"] * 2


@pytest.mark.parametrize("sent", [1, 2, 3])
async def test_a_process_killed_between_the_messages_of_an_answer_leaves_the_rest_to_the_next(
    host: Host, tmp_path: Path, sent: int
) -> None:
    wecom = FakeWeCom()
    # the answer of the last call never arrives: the process cannot know that it was sent
    wecom.script("message/send", *([0] * (sent - 1)), CUT_AFTER)
    url = host.mount(wecom.routes())
    async with process(tmp_path, url, wecom, seconds=0) as (phone, first):
        await phone.say("zhangsan", "长", message_id=1)
        await wecom.wait_for_sent(sent)
        first.send_signal(signal.SIGKILL)
    async with process(tmp_path, url, wecom, seconds=0):
        await wecom.wait_for_sent(5)
        await asyncio.sleep(0.3)
    assert [m["msgtype"] for m in wecom.sent] == ["text"] * 4 + ["template_card"]
    marks = [text.rpartition("\n")[2] for text in wecom.texts()]
    assert marks == ["(1/4)", "(2/4)", "(3/4)", "(4/4)"]
    assert wecom.suppressed == 1
