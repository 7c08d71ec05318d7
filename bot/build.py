"""Settings -> the library, the assistant and the channels: the one file that knows every class."""

import asyncio
import logging
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

from bot.access import Access
from bot.assistant import Assistant
from bot.errors import BotError
from bot.journal import Journal
from bot.messages import Handler
from bot.model import ChatModel, Limits, OpenAIModel
from bot.service import LocalService, Service, owner, serving
from bot.settings import Settings
from knowledge.embedding import open_embedder
from knowledge.library import Library


def open_library(settings: Settings) -> Library:
    """Open the library that the settings name.

    Raises:
        LibraryBusy: another process owns it.
        DamagedLibrary: the folder is not a library, or is corrupt.
    """
    embedder = open_embedder(
        settings.embedding_model, settings.embedding_base_url, settings.embedding_api_key
    )
    return Library(settings.data, embedder)


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """Hand over to the process that owns the library, or open it here when there is none."""
    with owner(settings.data) as remote:
        if remote is not None:
            yield remote
            return
    with open_local(settings) as service:
        yield service


@contextmanager
def open_local(settings: Settings) -> Iterator[LocalService]:
    """Open the library and the assistant in this process."""
    access = Access(settings.admins, settings.leaders, settings.staff)
    with open_library(settings) as library:
        assistant = Assistant(
            library,
            access,
            _model(settings),
            settings.model_answers_a_day,
            Journal(library.database),
        )
        yield LocalService(library, assistant.reply)


def _model(settings: Settings) -> ChatModel | None:
    if settings.model is None:
        return None
    limits = Limits(settings.model_first_token_seconds, settings.model_total_seconds)
    return OpenAIModel(settings.model, settings.model_base_url, settings.model_api_key, limits)


def configure_logging(settings: Settings, in_terminal: bool = False) -> None:
    """Log to stderr; the HTTP libraries log URLs, and Telegram's hold the token.

    Between questions and answers in a terminal the INFO line of each message would only be noise.
    """
    quiet = in_terminal and settings.log_level == "INFO"
    logging.basicConfig(
        level="WARNING" if quiet else settings.log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for name in ("httpx", "httpx2", "httpcore", "chromadb"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def run_channels(settings: Settings, service: LocalService) -> None:
    """Run every configured channel until SIGTERM or Ctrl-C; one that is refused stops them all."""
    await asyncio.to_thread(service.library.warm_up)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with serving(service, settings.data), asyncio.TaskGroup() as running:
            for channel in _channels(settings, service.handler, stop):
                running.create_task(_stopping_all(channel, stop))
    except* BotError as refused:  # one line says what to set; the other channels have stopped
        raise refused.exceptions[0] from None


def _channels(
    settings: Settings, handler: Handler, stop: asyncio.Event
) -> Iterator[Coroutine[None, None, None]]:
    if settings.telegram_token is not None:
        from bot.channels.telegram import Telegram

        token = settings.telegram_token.get_secret_value()
        yield Telegram(token, handler, base_url=settings.telegram_base_url).run(stop)
    if (wecom := settings.wecom) is not None:
        from bot.channels.wecom_api import WeComApi
        from bot.channels.wecom_app import WeComApp
        from bot.channels.wecom_crypto import CallbackSeal
        from bot.web import build_app, serve

        seal = CallbackSeal(wecom.token, wecom.aes_key, wecom.corp_id)
        api = WeComApi(
            wecom.corp_id, wecom.agent_id, wecom.secret, base_url=settings.wecom_base_url
        )
        app = WeComApp(seal, api, handler, path=settings.wecom_path)
        yield app.run(stop)
        yield serve(build_app(app.routes()), settings.web_host, settings.web_port, stop)


async def _stopping_all(channel: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Run one channel; when it ends, so do the others, in good order."""
    try:
        await channel
    finally:
        stop.set()
