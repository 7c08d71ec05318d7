"""python -m bot: ask one question or a batch, chat in the terminal, run the configured channels."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import office
from bot.cli.batch import answer_lines, reply_json
from bot.errors import BadSettings, BotError
from bot.messages import Handler, Message, Reply, final_reply
from bot.settings.settings import Settings, load_settings
from knowledge.errors import KnowledgeError, UnknownPlan
from knowledge.plan import Role

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, rich_markup_mode=None)
app.add_typer(office.users, name="users")
for command in (
    *(office.log, office.feedback, office.forget),
    *(office.check, office.backup, office.restore),
):
    app.command()(command)
EMPTY_QUESTION_STATUS, LONG_QUESTION_STATUS = 15, 16


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="the question")] = "",
    batch: Annotated[
        Path | None, typer.Option(help="a file of questions, one JSON object a line; - is stdin")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(help="answer from this plan only: id or file name")
    ] = None,
    role: Annotated[Role, typer.Option("--as", help="ask as")] = Role.STAFF,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for other programs")] = False,
) -> None:
    """Answer one question, or a batch of them."""
    from bot.build import open_service

    with open_service(_prepare(in_terminal=True)) as service:
        if batch is not None:
            asyncio.run(_print_batch(_lines(batch), service.handler))
            return
        message = Message(
            f"console:{os.getpid()}",
            f"console:{os.getpid()}",
            question,
            role=role,
            plan=plan,
            is_kept=False,
        )
        reply = asyncio.run(final_reply(service.handler, message))
    _print(json.dumps(reply_json(reply), ensure_ascii=False, indent=1) if as_json else reply.text)
    if status := _exit_status(question, plan, reply):
        raise typer.Exit(status)


@app.command()
def chat(role: Annotated[Role, typer.Option("--as", help="chat as")] = Role.ADMIN) -> None:
    """Talk in the terminal; an empty line or Ctrl-D ends it."""
    from bot.build import open_service
    from bot.channels.console import chat as talk
    from bot.operations.remote import serving
    from bot.operations.service import LocalService

    settings = _prepare(in_terminal=True)
    with open_service(settings) as service:

        async def talk_and_serve() -> None:
            async with AsyncExitStack() as stack:
                if isinstance(service, LocalService):
                    await stack.enter_async_context(serving(service, settings.data))
                await talk(service.handler, role)

        asyncio.run(talk_and_serve())


@app.command()
def run() -> None:
    """Start every configured channel; without any, the chat in the terminal."""
    from bot.build import open_local, run_channels
    from bot.operations.metrics import Metrics

    settings = _prepare(in_terminal=False)
    if not settings.has_channels:
        _chat_or_say_why_not(settings)
        return
    metrics = Metrics()
    with open_local(settings, metrics.observe) as service:
        asyncio.run(run_channels(settings, service, metrics))


@app.command()
def wecom_menu() -> None:
    """Put the menu below the chat of the WeCom app: 提问, 指标, 更多."""
    from bot.build import wecom_api
    from bot.channels.wecom_app.menu import menu
    from bot.wording import wecom_app as wording_wecom

    settings = _prepare(in_terminal=True)
    if settings.wecom is None:
        raise BadSettings(wording_wecom.MENU_NO_APP)
    api = wecom_api(settings, settings.wecom)

    async def create() -> None:
        try:
            await api.create_menu(menu())
        finally:
            await api.close()

    asyncio.run(create())
    _print(wording_wecom.MENU_DONE)


def _exit_status(question: str, plan: str | None, reply: Reply) -> int:
    """Return the exit status of `ask`; a question that could not be one has its own."""
    from bot.presentation.replies import QUESTION_CHARS
    from bot.wording import answers as wording

    if not question.strip():
        return EMPTY_QUESTION_STATUS
    if len(question) > QUESTION_CHARS:
        return LONG_QUESTION_STATUS
    is_unknown = plan and reply.text.startswith(wording.UNKNOWN_PLAN.format(plan=plan))
    return UnknownPlan.exit_status if is_unknown else 0


def main() -> None:
    """Run the command; every error a person can cause is one line on stderr and an exit status."""
    try:
        app()
    except (KnowledgeError, BotError) as exc:
        sys.stderr.write(f"{exc}\n")
        raise SystemExit(exc.exit_status) from exc


def _chat_or_say_why_not(settings: Settings) -> None:
    """Chat in the terminal if no channel is set; without a terminal, say what can be done."""
    from bot.wording import answers as wording

    if sys.stdin.isatty():
        chat()
    else:
        _print(wording.NO_CHANNELS.format(data=settings.data))


def _prepare(in_terminal: bool) -> Settings:
    from bot.build import start_logging

    settings = load_settings()
    start_logging(settings, in_terminal)
    return settings


def _lines(path: Path) -> Iterable[str]:
    if str(path) == "-":
        return sys.stdin
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise BotError(
            f"读不了批量问题文件 {path}（{type(exc).__name__}）。请检查路径和编码（UTF-8）。"
        ) from exc


async def _print_batch(lines: Iterable[str], handler: Handler) -> None:
    async for line in answer_lines(lines, handler):
        _print(line)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
