"""The commands that run the office: users, log, feedback, forget, check, backup, restore.

They read and write the database beside a running bot, which is safe from several processes (unlike
embedded Chroma, which these commands leave alone). Only `restore` needs the bot stopped.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import print_json, print_line, print_table
from bot.errors import BotError
from bot.people.identities import CONSOLE
from bot.settings.settings import Settings, load_settings
from bot.wording import office as wording
from knowledge.plan import Role

if TYPE_CHECKING:
    from knowledge.storage.database import Database

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for other programs")]
Days = Annotated[int, typer.Option(min=1, help="how far back")]
DAY_SECONDS = 86_400.0

users = typer.Typer(no_args_is_help=True, help="Who may do what.", rich_markup_mode=None)


@users.command(name="list")
def list_users(as_json: AsJson = False) -> None:
    """List all roles given, the people of the settings, and the open invitations."""
    from bot.build import open_access
    from bot.people.users_command import list_people

    settings = load_settings()
    with _database(settings) as database:
        access, people = open_access(settings, database)
        if not as_json:
            print_line(list_people(access, people))
            return
        given = [(p.identity, p.role.value if p.role else "none", p.given_by) for p in people.all()]
        given += [(name, role.value, "settings") for name, role in access.listed()]
        invited = people.invitations(access.may_invite)
    rows = [dict(zip(("identity", "role", "given_by"), row, strict=True)) for row in given]
    open_codes = [
        {"identity": None, "role": i.role.value, "given_by": i.given_by, "until": i.until}
        for i in invited
    ]
    print_json([*rows, *open_codes])


@users.command(name="add")
def add_user(
    identity: Annotated[str, typer.Argument(help="telegram:5, wecom:zhangsan, wecom-dept:2 …")],
    role: Annotated[str, typer.Argument(help="staff, leader, admin, or none to keep out")],
) -> None:
    """Give a person, a department or a tag a role, or keep them out."""
    from bot.people.roles import BARRED, People
    from bot.people.users_command import ROLES

    if role not in ROLES and role != BARRED:
        raise BotError(wording.USERS_ROLE.format(role=role))
    with _database(load_settings()) as database:
        kept = People(database).give(identity, ROLES.get(role), CONSOLE)
    said = wording.USER_GIVEN if role != BARRED else wording.USER_BARRED
    print_line(said.format(identity=kept, role=wording.ROLES[ROLES.get(role, BARRED)]))


@users.command(name="remove")
def remove_user(identity: str) -> None:
    """Take back somebody's role."""
    from bot.people.roles import People

    with _database(load_settings()) as database:
        if not People(database).forget(identity):
            raise BotError(wording.USER_UNKNOWN.format(identity=identity))
    print_line(wording.USER_FORGOTTEN.format(identity=identity))


@users.command()
def invite(role: Annotated[Role, typer.Argument(help="staff, leader or admin")]) -> None:
    """Make a code: the first to send it to the bot gets a role."""
    from bot.people.roles import People

    with _database(load_settings()) as database:
        code = People(database).invite(role, CONSOLE)
    print_line(wording.INVITED.format(code=code, role=wording.ROLES[role]))


@users.command()
def revoke() -> None:
    """Make all invitations void that nobody used yet."""
    from bot.people.roles import People

    with _database(load_settings()) as database:
        count = People(database).revoke()
    print_line(wording.INVITATIONS_REVOKED.format(count=count))


def log(
    days: Days = 7,
    user: Annotated[str | None, typer.Option(help="only this person")] = None,
    limit: Annotated[int, typer.Option(min=1, help="the newest so many")] = 500,
    as_json: AsJson = False,
) -> None:
    """Show who asked or did what, with the cited sections."""
    from bot.cli.journal_tables import log_lines, log_rows
    from bot.records.journal import Journal

    with _database(load_settings()) as database:
        since = time.time() - days * DAY_SECONDS
        exchanges = Journal(database).exchanges(since, limit, user)
    if as_json:
        _print_lines(log_lines(exchanges))
    elif exchanges:
        print_table(wording.LOG_HEADS, log_rows(exchanges))
    else:
        print_line(wording.LOG_EMPTY.format(days=days))


def feedback(
    days: Days = 30,
    xlsx: Annotated[Path | None, typer.Option(help="write them as a sheet")] = None,
    with_good: Annotated[bool, typer.Option("--all", help="also what people liked")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the disliked answers, with the reasons and the sections they cited."""
    from bot.cli.journal_tables import feedback_lines, feedback_rows, feedback_sheet, shortened
    from bot.records.journal import BAD, Journal

    with _database(load_settings()) as database:
        since = time.time() - days * DAY_SECONDS
        verdicts = Journal(database).verdicts(None if with_good else BAD, since)
    if as_json:
        _print_lines(feedback_lines(verdicts))
    elif xlsx is not None:
        _write(xlsx, feedback_sheet(verdicts))
        print_line(wording.WRITTEN.format(path=xlsx, count=len(verdicts)))
    elif verdicts:
        print_table(wording.FEEDBACK_HEADS, shortened(feedback_rows(verdicts)))
    else:
        print_line(wording.FEEDBACK_EMPTY.format(days=days))


def forget(user: Annotated[str, typer.Argument(help="telegram:5, wecom:zhangsan")]) -> None:
    """Delete everything that a person asked, said and sent."""
    from bot.people.identities import read_identity
    from bot.records.forgetting import forget_person

    person = read_identity(user)
    with _database(load_settings()) as database:
        count = forget_person(database, person)
    said = wording.FORGOTTEN if count else wording.NOTHING_TO_FORGET
    print_line(said.format(user=person, count=count))


def check() -> None:
    """Try every configured part and name the remedies; ends with 1 after a fault."""
    from bot.build import check_everything

    findings = check_everything(load_settings())
    for finding in findings:
        print_line(f"{wording.MARKS[finding.state]} {finding.part}：{finding.said}")
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def backup(out: Annotated[Path, typer.Argument(help="the archive to write: NAME.tar.gz")]) -> None:
    """Write one consistent archive of everything, also while the bot runs."""
    from bot.operations.backup import write_backup

    settings = load_settings()
    kept = write_backup(settings.data, out, settings.database)
    print_line(
        wording.BACKED_UP.format(path=out, plans=kept.plans, megabytes=kept.archive_bytes / 1e6)
    )


def restore(
    archive: Annotated[Path, typer.Argument(help="an archive that `backup` wrote")],
    replace: Annotated[bool, typer.Option("--replace", help="in place of what is there")] = False,
) -> None:
    """Bring an archive back; the bot must be stopped."""
    from bot.operations.backup import read_backup

    settings = load_settings()
    url, data = settings.database, settings.data
    kept = read_backup(archive, data, replace, url, settings.chroma)
    where = wording.THE_DATABASE if url else data
    print_line(wording.RESTORED.format(path=archive, data=where, plans=kept.plans))


@contextmanager
def _database(settings: Settings) -> "Iterator[Database]":
    from bot.build import open_database

    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as exc:
        raise BotError(wording.CANNOT_WRITE.format(path=path, reason=exc.strerror)) from exc
