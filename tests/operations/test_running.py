"""How the bot does: /health, /ready and /metrics; what stands in the log stream."""

import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.assistant import Assistant
from bot.errors import ChannelRefused
from bot.messages import Message, Reply, Status, final_reply
from bot.operations.health import (
    ModelProbe,
    PartState,
    connection_probe,
    health_routes,
    library_probe,
    not_configured,
)
from bot.operations.logs import configure_logging
from bot.operations.metrics import Metrics
from bot.operations.upkeep import Connection, serve_web
from bot.operations.web_server import build_app
from bot.people.rights import Access
from bot.records.journal import Journal
from bot.settings.settings import Settings
from knowledge.errors import StorageUnavailable
from knowledge.library import Library
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source

TOKEN, QUESTION = "7:hidden-token", "适老化改造多少户"
STAFF = "telegram:5"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("running") / "data", FakeEmbedder()) as opened:
        opened.add(read_source(PLANS / "yunxi-2025.txt"))
        yield opened


async def get(path: str, metrics: Metrics, probes: object = None, **headers: str) -> httpx.Response:
    app = build_app(health_routes(probes or {}, metrics))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        return await client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


async def test_ready_names_every_part(library: Library) -> None:
    probes = {
        "library": library_probe(library.held_plans),
        "telegram": connection_probe(lambda: True),
        "model": not_configured,
    }
    said = await get("/ready", Metrics(), probes)
    assert said.status_code == 200
    parts = {"library": "ok", "telegram": "connected", "model": "not configured"}
    assert said.json() == {"status": "ready", "parts": parts}


async def test_a_lost_connection_or_a_lost_database_is_not_ready() -> None:
    def gone() -> None:
        raise StorageUnavailable("away")

    for probe in (connection_probe(lambda: False), library_probe(gone)):
        said = await get("/ready", Metrics(), {"part": probe})
        assert (said.status_code, said.json()["parts"]) == (503, {"part": "failed"})


async def test_a_model_that_is_away_does_not_make_the_bot_unready(
    unused_tcp_port: int,
) -> None:
    probe = ModelProbe(f"http://127.0.0.1:{unused_tcp_port}/v1", "key")
    said = await get("/ready", Metrics(), {"model": probe})
    assert (said.status_code, said.json()["parts"]) == (200, {"model": "unreachable"})
    assert await probe() is PartState.UNREACHABLE


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip"])
@pytest.mark.parametrize("path", ["/ready", "/metrics"])
async def test_a_proxy_that_hands_on_everything_publishes_neither(path: str, header: str) -> None:
    assert (await get(path, Metrics(), **{header: "10.0.0.8"})).status_code == 404
    assert (await get("/health", Metrics(), **{header: "10.0.0.8"})).status_code == 200


async def test_questions_are_counted_by_channel_intent_and_outcome_and_never_quoted(
    library: Library,
) -> None:
    metrics = Metrics()
    assistant = Assistant(library, Access(staff=(STAFF,)), observe=metrics.observe)
    for text in (QUESTION, "/plans", "/start"):
        await final_reply(assistant.reply, Message(STAFF, STAFF, text))
    await final_reply(assistant.reply, Message("telegram:66", "telegram:66", QUESTION))
    metrics.gauge("yaodian_plans", "Published plans.", lambda: 1.0)
    said = (await get("/metrics", metrics)).text
    one = 'yaodian_questions_total{channel="telegram",intent="%s",outcome="%s"} 1.0'
    for intent, outcome in (("answer", "answered"), ("plans", "info"), ("other", "denied")):
        assert one % (intent, outcome) in said
    assert 'yaodian_seconds_count{stage="plan"} 2.0' in said
    assert 'yaodian_seconds_count{stage="total"} 4.0' in said
    assert "yaodian_plans 1.0" in said
    assert QUESTION not in said
    assert STAFF not in said


async def test_withheld_sentences_are_counted() -> None:
    metrics = Metrics()
    metrics.observe(Message(STAFF, STAFF, "x"), Reply("y", Status.ANSWERED, withheld=2))
    assert b"yaodian_withheld_sentences_total 2.0" in metrics.text()


async def test_a_database_that_is_away_leaves_the_other_metrics() -> None:
    def gone() -> float:
        raise StorageUnavailable("away")

    metrics = Metrics()
    metrics.gauge("yaodian_plans", "Published plans.", gone)
    assert b"yaodian_plans NaN" in metrics.text()


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_neither_questions_nor_secrets_nor_people_stand_in_the_log(
    library: Library, capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    configure_logging("INFO", log_format, (TOKEN,))
    assistant = Assistant(library, Access(staff=(STAFF,)), journal=Journal(library.database))
    for user in (STAFF, "telegram:66"):
        await final_reply(assistant.reply, Message(user, user, QUESTION))
    try:
        raise ConnectionError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ConnectionError:
        logging.getLogger("bot").exception("lost %s", TOKEN)
    said = capsys.readouterr().err
    assert "telegram" in said and "answered" in said and "/bot***/getMe" in said
    for secret in (QUESTION, "适老化", TOKEN, STAFF, "telegram:66", "1000户"):
        assert secret not in said


def test_json_logs_are_one_object_a_line_with_the_traceback_in_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO", "json")
    logging.getLogger("bot").info("第一行\n第二行")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("bot").exception("failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["level"], first["message"]) == ("INFO", "第一行\n第二行")
    assert "ValueError: x" in second["error"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        yield taken.getsockname()[1]


async def test_a_port_in_use_stops_a_bot_whose_callbacks_it_is_for(
    library: Library, taken_port: int
) -> None:
    connection = Connection("wecom", nothing(), [Route("/wecom/app", callback)])
    stop = asyncio.Event()
    with pytest.raises(ChannelRefused, match=f":{taken_port}.*YAODIAN_WEB_PORT"):
        await serve_web(Settings(web_port=taken_port), library, [connection], Metrics(), stop)
    assert stop.is_set()
    await connection.running


async def test_a_port_in_use_costs_a_bot_without_callbacks_its_pages_alone(
    library: Library, taken_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    await serve_web(Settings(web_port=taken_port), library, [], Metrics(), stop)
    assert not stop.is_set()
    assert "YAODIAN_WEB_PORT" in caplog.text


async def test_the_pages_stand_beside_the_callbacks(library: Library, unused_tcp_port: int) -> None:
    connection = Connection("wecom", nothing(), [Route("/wecom/app", callback)])
    stop = asyncio.Event()
    settings = Settings(web_port=unused_tcp_port)
    serving = asyncio.create_task(serve_web(settings, library, [connection], Metrics(), stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}") as client:
        await answering(client)
        parts = {"library": "ok", "wecom": "connected", "model": "not configured"}
        assert (await client.get("/ready")).json()["parts"] == parts
        assert "yaodian_plans 1.0" in (await client.get("/metrics")).text
        assert (await client.get("/wecom/app")).text == "callback"
    stop.set()
    await asyncio.gather(serving, connection.running)


async def nothing() -> None:
    """A channel that has nothing to do."""


async def callback(_request: object) -> PlainTextResponse:
    return PlainTextResponse("callback")


async def answering(client: httpx.AsyncClient) -> None:
    for _ in range(100):
        try:
            await client.get("/health")
        except httpx.ConnectError:
            await asyncio.sleep(0.02)
        else:
            return
