"""Settings -> the library, the assistant and the channels: the one file that knows every class."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.assistant import Assistant
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox, conversations_waiting
from bot.delivery.leases import Lease
from bot.delivery.send_quota import SendQuota
from bot.errors import BotError
from bot.generation.model import ChatModel, ModelLimits, OpenAIModel
from bot.operations.logs import configure_logging
from bot.operations.remote import owner, serving
from bot.operations.service import LocalService, Service
from bot.people.admission import AdmissionLimits
from bot.people.identities import Identities
from bot.people.quota import Budget, QuotaPeriod
from bot.people.rights import Access
from bot.people.roles import People
from bot.records.audit import Observer
from bot.records.journal import Journal
from bot.settings.settings import Settings, WeComCredentials
from bot.understanding import spelling
from bot.wording.wecom_bot import UNKNOWN_PLANS
from knowledge import words
from knowledge.errors import KnowledgeError
from knowledge.files.parsing_apart import parse_apart
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.embedding import Embedder, open_embedder
from knowledge.storage.database import Database
from knowledge.storage.ownership import CATALOGUE, MODEL, make_folder

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram
    from bot.channels.wecom.api import WeComApi
    from bot.channels.wecom.members import ReadMember
    from bot.channels.wecom_app.channel import WeComApp
    from bot.operations.metrics import Metrics
    from bot.operations.self_check import Finding
    from bot.operations.upkeep import Connection

# Callbacks wait for the interpreter behind each thread that searches; Python's own 5 ms add up.
SWITCH_SECONDS = 0.0005

log = logging.getLogger(__name__)


def open_library(settings: Settings) -> Library:
    """Open the library that the settings name.

    Raises:
        LibraryBusy: another process owns it.
        DamagedLibrary: the folder or the database is no library, or is corrupt.
        StorageUnavailable: the database cannot be reached.
    """
    where = settings.data, choose_embedder(settings), settings.database, settings.chroma
    return Library(*where, parse=parse_apart)


def choose_embedder(settings: Settings) -> Embedder:
    """Return the embedding that the settings name; nothing is loaded yet."""
    model, url, key = (
        settings.embedding_model,
        settings.embedding_base_url,
        settings.embedding_api_key,
    )
    return open_embedder(model, url, key, settings.data / MODEL)


def open_database(settings: Settings) -> Database:
    """Open the database alone, beside the library's owner; nothing is asked of it yet.

    Raises:
        DamagedLibrary: the data folder cannot be used.
    """
    make_folder(settings.data)
    return Database(settings.database or settings.data / CATALOGUE)


def open_access(settings: Settings, database: Database) -> tuple[Access, People]:
    """Return the lists of the settings and the people of the database."""
    people = People(database)
    lists = settings.admins, settings.leaders, settings.staff
    return Access(*lists, settings.wecom_members_are_staff, people), people


def check_everything(settings: Settings) -> "list[Finding]":
    """Try every configured part."""
    from bot.operations.self_check import check_parts

    def has_admin() -> bool:
        database = open_database(settings)
        try:
            known = People(database).all()
        finally:
            database.close()
        return bool(settings.admins) or any(person.role is Role.ADMIN for person in known)

    opened = partial(open_service, settings)
    embedder, model = choose_embedder(settings), open_model(settings)
    return asyncio.run(check_parts(settings, opened, embedder, model, has_admin))


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """Yield the service of the library's owner, or open the library here when there is none."""
    with owner(settings.data) as remote:
        if remote is not None:
            yield remote
            return
    with open_local(settings) as service:
        yield service


@contextmanager
def open_local(settings: Settings, observe: Observer | None = None) -> Iterator[LocalService]:
    """Open the library and the assistant in this process."""
    with open_library(settings) as library:
        assistant = Assistant(
            library,
            open_access(settings, library.database)[0],
            open_model(settings),
            settings.model_answers_a_day,
            Journal(library.database, settings.journal_days),
            _limits(settings, library.database),
            observe,
            upload_mb=settings.upload_mb,
        )
        yield LocalService(library, assistant.reply)


def _limits(settings: Settings, database: Database) -> AdmissionLimits:
    a_period = {
        QuotaPeriod.MINUTE: settings.questions_a_minute,
        QuotaPeriod.DAY: settings.questions_a_day,
    }
    waiting = partial(conversations_waiting, database)
    return AdmissionLimits(Budget(database, "message", a_period), waiting, settings.queue)


def open_model(settings: Settings) -> ChatModel | None:
    """Return the chat model of the settings, or None."""
    if settings.model is None:
        return None
    limits = ModelLimits(settings.model_first_token_seconds, settings.model_total_seconds)
    return OpenAIModel(settings.model, settings.model_base_url, settings.model_api_key, limits)


def start_logging(settings: Settings, in_terminal: bool = False) -> None:
    """Log as the settings say; between questions and answers in a terminal the INFO line of each
    message would only be noise.
    """
    quiet = in_terminal and settings.log_level == "INFO"
    secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    configure_logging("WARNING" if quiet else settings.log_level, settings.log_format, secrets)


async def run_channels(settings: Settings, service: LocalService, metrics: "Metrics") -> None:
    """Run every configured channel until SIGTERM or Ctrl-C; a refused one stops them all."""
    from bot.operations.upkeep import forget_old, serve_web

    await asyncio.to_thread(service.library.warm_up)
    for warm_up in (spelling.warm_up, words.warm_up):
        await asyncio.to_thread(warm_up)
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with serving(service, settings.data), asyncio.TaskGroup() as running:
            connections = list(_connections(settings, service, stop))
            for connection in connections:
                running.create_task(_stopping_all(connection.running, stop))
            running.create_task(serve_web(settings, service.library, connections, metrics, stop))
            running.create_task(forget_old(settings, service.library.database, stop))
    except* (
        BotError,
        KnowledgeError,
    ) as refused:  # one line says what to set; the other channels have stopped
        raise refused.exceptions[0] from None


def _connections(
    settings: Settings, service: LocalService, stop: asyncio.Event
) -> "Iterator[Connection]":
    """Yield every configured channel, ready to run."""
    from bot.operations.upkeep import Connection

    if settings.telegram_token is not None:
        telegram = _telegram(settings, service, settings.telegram_token.get_secret_value())
        yield Connection("telegram", telegram.run(stop), telegram.routes(), telegram.is_connected)
    members = None
    if settings.wecom is not None:
        api = wecom_api(settings, settings.wecom)
        members = api.member
        app = _wecom_app(settings, settings.wecom, service, api)
        yield Connection("wecom", app.run(stop), app.routes(), api.is_reachable)
    if settings.has_wecom_bot:
        yield _wecom_bot(settings, service, stop, members)


def wecom_api(settings: Settings, wecom: WeComCredentials) -> "WeComApi":
    """Return the client of the self-built app; `close` closes it."""
    from bot.channels.wecom.api import WeComApi
    from bot.channels.wecom.client import WeComClient

    client = WeComClient(wecom.corp_id, wecom.secret, base_url=settings.wecom_base_url)
    return WeComApi(client, wecom.agent_id)


def _wecom_app(
    settings: Settings, wecom: WeComCredentials, service: LocalService, api: "WeComApi"
) -> "WeComApp":
    from bot.channels.wecom.callback_gate import Gate
    from bot.channels.wecom.crypto import CallbackSeal
    from bot.channels.wecom_app.channel import CHANNEL, WeComApp

    database = service.library.database
    return WeComApp(
        Gate(CallbackSeal(wecom.token, wecom.aes_key, wecom.corp_id)),
        api,
        service.handler,
        Inbox(database, CHANNEL),
        Buttons(database),
        SendQuota(database, CHANNEL),
        path=settings.wecom_path,
        identities=Identities(settings.identities),
    )


def _telegram(settings: Settings, service: LocalService, token: str) -> "Telegram":
    """Build the Telegram channel: by webhook if an address is set, else polling."""
    from bot.channels.telegram.channel import Servers, Telegram
    from bot.channels.telegram.webhook import WebhookAddress, secret_from

    secret, proxy = settings.telegram_webhook_secret, settings.telegram_proxy
    said = secret.get_secret_value() if secret else secret_from(token)
    url = settings.telegram_webhook_url
    servers = Servers(
        settings.telegram_base_url,
        settings.telegram_base_file_url,
        proxy.get_secret_value() if proxy else None,
        WebhookAddress(url, settings.telegram_webhook_path, said) if url else None,
    )
    library = service.library
    admins = partial(_administrators, settings, People(library.database))
    return Telegram(token, service.handler, library.database, library.notes, servers, admins)


def _administrators(settings: Settings, people: People) -> tuple[str, ...]:
    """Return the present administrators, by setting or by `/users`; reads the database."""
    given = (person.identity for person in people.all() if person.role is Role.ADMIN)
    return (*settings.admins, *given)


def _wecom_bot(
    settings: Settings, service: LocalService, stop: asyncio.Event, members: "ReadMember | None"
) -> "Connection":
    """Build the AI bot over the configured way: the long connection, else the webhook. The app, if
    there is one, looks its members up.
    """
    from bot.channels.wecom.crypto import CallbackSeal
    from bot.channels.wecom_bot.channel import WeComBot
    from bot.channels.wecom_bot.connection import LongConnection
    from bot.channels.wecom_bot.streams import Streams
    from bot.channels.wecom_bot.webhook import BotWebhook
    from bot.operations.upkeep import Connection

    database, plans = service.library.database, settings.wecom_bot_plans
    known = {name for r in service.library.records(Role.ADMIN) for name in (r.id, r.file)}
    if unknown := [plan for plan in plans if plan not in known]:
        log.warning("%s", UNKNOWN_PLANS.format(plans="、".join(unknown)))
    build = partial(
        WeComBot,
        service.handler,
        buttons=Buttons(database),
        identities=Identities(settings.identities),
        members=members,
        plans=plans,
    )
    token, key = settings.wecom_bot_token, settings.wecom_bot_aes_key
    if token and key:
        webhook = BotWebhook(CallbackSeal(token, key, ""), settings.wecom_bot_path)
        inbox = Inbox(database, "wecom-bot:webhook")
        bot = build(inbox=inbox, outlet=webhook, file_key=key.get_secret_value())
        return Connection("wecom_bot", bot.run(stop), webhook.routes())
    bot_id, secret = settings.wecom_bot_id or "", settings.wecom_bot_secret or SecretStr("")
    name, link = f"wecom-bot:{bot_id}", LongConnection(bot_id, secret, settings.wecom_bot_url)
    bot = build(inbox=Inbox(database, name), outlet=Streams(link), lease=Lease(database, name))
    return Connection("wecom_bot", bot.run(stop), is_connected=link.is_connected)


async def _stopping_all(channel: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Run one channel; when it ends, so do the others, in good order."""
    try:
        await channel
    finally:
        stop.set()
