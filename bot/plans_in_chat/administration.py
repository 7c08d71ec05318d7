"""Plans sent, taken out and brought back in chat: a look, 入库 or 取消, the changes.

Rights are decided before (`bot.assistant`); here everybody is an administrator.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

from bot.answering.example_questions import example_questions
from bot.errors import FileRefused
from bot.messages import Action, ActionKind, Message, Reply, SentFile, Status
from bot.plans_in_chat.previews import (
    added_reply,
    changed_lines,
    choices,
    describe_file,
    read_adding,
)
from bot.plans_in_chat.uploads import Upload, Uploads
from bot.wording import answers as wording
from bot.wording import office
from knowledge.errors import KnowledgeError, UnknownPlan
from knowledge.files.parsing_apart import parse_apart
from knowledge.files.reading import SourceFile
from knowledge.files.sandbox import StrangersFile
from knowledge.library import Library, Progress
from knowledge.plan import Audience, Metadata, Plan, PlanRecord, Role
from knowledge.structure.difference import compare_plans

MB = 1_000_000
UPLOAD_MB = 50
LISTED = 20  # plans, where none or another was named
SHOW_EVERY_SECONDS = 3.0  # of progress; chats allow few edits


class Administration:
    """The administrators' work on the library in chat."""

    def __init__(self, library: Library, uploads: Uploads, upload_mb: int = UPLOAD_MB) -> None:
        self._library = library
        self._uploads = uploads
        self._upload_mb = upload_mb

    async def preview(self, message: Message, file: SentFile) -> Reply:
        """Show the plan that a file would become and its changes, with 入库 and 取消."""
        try:
            self._check_size(file.name, file.size_bytes)  # before anything is fetched
            content = await file.fetch()
            self._check_size(file.name, len(content))
            return await asyncio.to_thread(self._preview, message.user, file.name, content)
        except (KnowledgeError, FileRefused) as exc:
            return Reply(str(exc), Status.CLARIFY)

    def _check_size(self, name: str, size_bytes: int) -> None:
        if size_bytes > self._upload_mb * MB:
            said = office.FILE_TOO_LARGE.format(
                name=name, size=size_bytes / MB, limit=self._upload_mb
            )
            raise FileRefused(said)

    def _preview(self, user: str, name: str, content: bytes) -> Reply:
        source = StrangersFile(name, content)
        plan = parse_apart(source.reading, name)
        same = self._same(source, plan)
        lines = [describe_file(plan, name)]
        if plan.warnings:
            lines += [wording.FILE_WARNINGS, *(f"· {w}" for w in plan.warnings)]
        if same is not None:
            lines += self._would_change(same, plan)
        token = self._uploads.keep(user, name, content)
        return Reply(
            "\n".join([*lines, wording.FILE_ASK]),
            Status.CLARIFY,
            actions=choices(token, name, same),
        )

    def _would_change(self, same: PlanRecord, plan: Plan) -> Sequence[str]:
        """Return the changes of a new version, or the word that there are none."""
        difference = compare_plans(self._library.plan(same), plan)
        if not difference.sections and not difference.targets:
            return (wording.FILE_KNOWN.format(title=same.title, plan=same.id),)
        version = self._next_version(same)
        said = wording.FILE_REPLACES.format(title=same.title, plan=same.id, version=version)
        who = wording.FILE_AUDIENCE.format(who=same.audience.people)
        return (said, *changed_lines(difference, same), who)

    def _same(self, source: SourceFile, plan: Plan) -> PlanRecord | None:
        """Return the plan that this file looks to be a new version of: the same file name, else
        the same title, issuer and year.
        """
        records = self._library.records(Role.ADMIN)
        said = plan.metadata
        by_name = [r for r in records if r.file == source.name]
        alike = [
            r
            for r in records
            if said.title
            and (r.metadata.title, r.metadata.issuer, r.metadata.year)
            == (said.title, said.issuer, said.year)
        ]
        found = by_name or alike
        return found[0] if len(found) == 1 else None

    def _next_version(self, record: PlanRecord) -> int:
        return max(v.record.version for v in self._library.versions(record.id)) + 1

    async def add(self, action: Action, message: Message) -> AsyncIterator[Reply]:
        """Put a previewed file in, with progress and then its changes."""
        token, replaces, audience = read_adding(action.value)
        upload = await asyncio.to_thread(self._uploads.find, token, message.user)
        if upload is None:
            yield Reply(wording.UPLOAD_GONE, Status.CLARIFY)
            return
        shown: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            loop.call_soon_threadsafe(shown.put_nowait, (done, total))

        adding = asyncio.create_task(
            asyncio.to_thread(self._add, upload, replaces, audience, progress)
        )
        while not adding.done():
            await asyncio.wait({adding}, timeout=SHOW_EVERY_SECONDS)
            if not adding.done() and (last := _latest(shown)):
                text = wording.FILE_PROGRESS.format(title=upload.name, done=last[0], total=last[1])
                yield Reply(text, Status.INFO, final=False)
        try:
            yield await adding
        except KnowledgeError as exc:
            yield Reply(str(exc), Status.ERROR)

    def _add(
        self, upload: Upload, replaces: str | None, audience: Audience | None, progress: Progress
    ) -> Reply:
        source = StrangersFile(upload.name, upload.content)
        before = self._published(replaces)
        plan_before = self._library.plan(before) if before else None
        given = Metadata(audience=audience) if audience else None
        added = self._library.add(source, given, None, replaces, progress)
        self._uploads.forget(upload.token)
        examples = example_questions(self._library, (added.record,))
        return added_reply(added, plan_before, examples)

    def _published(self, plan: str | None) -> PlanRecord | None:
        with suppress(UnknownPlan):
            return self._library.find(plan, Role.ADMIN) if plan else None
        return None

    def cancel(self, action: Action) -> Reply:
        """Drop a file, or leave a plan in."""
        if action.value:
            self._uploads.forget(action.value)
            return Reply(wording.FILE_CANCELLED, Status.INFO)
        return Reply(wording.NOT_REMOVED, Status.INFO)

    def ask_remove(self, name: str) -> Reply:
        """Ask before a plan is taken out."""
        try:
            record = self._named(name)
        except KnowledgeError:
            return self._usage(wording.REMOVE_USAGE, name)
        return Reply(
            wording.REMOVE_ASK.format(title=record.title, plan=record.id),
            Status.CLARIFY,
            actions=(
                Action(ActionKind.REMOVE, wording.BUTTON_REMOVE, record.id, is_personal=True),
                Action(ActionKind.CANCEL, wording.BUTTON_CANCEL, is_personal=True),
            ),
        )

    def remove(self, action: Action) -> Reply:
        """Take a plan out."""
        try:
            record = self._library.find(action.value, Role.ADMIN)
            self._library.remove(record)
        except KnowledgeError as exc:
            return Reply(str(exc), Status.NOT_FOUND)
        text = wording.REMOVED.format(title=record.title, plan=record.id)
        return Reply(text, Status.INFO, actions=(_restoring(record),))

    def versions(self, name: str) -> Reply:
        """List a plan's versions, with a button to bring each older one back."""
        try:
            versions = self._library.versions(self._id(name))
        except KnowledgeError:
            return self._usage(wording.VERSIONS_USAGE, name)
        newest = versions[-1].record
        lines = [wording.VERSIONS_HEAD.format(title=newest.title, plan=newest.id)]
        lines += [
            wording.VERSION_LINE.format(
                version=v.record.version,
                added_at=datetime.fromisoformat(v.added_at).astimezone(),
                file=v.record.file,
                published=wording.VERSION_PUBLISHED if v.is_published else "",
                audience=_audience(v.record),
            )
            for v in versions
        ]
        older = tuple(_restoring(v.record) for v in reversed(versions) if not v.is_published)
        return Reply("\n".join(lines), Status.INFO, actions=older)

    def restore(self, action: Action) -> Reply:
        """Bring a version back."""
        plan, _, version = action.value.rpartition(":")
        try:
            record = self._library.restore(plan, int(version))
        except KnowledgeError as exc:
            return Reply(str(exc), Status.NOT_FOUND)
        text = wording.RESTORED.format(title=record.title, version=record.version)
        return Reply(text, Status.INFO)

    def _named(self, name: str) -> PlanRecord:
        """Return the plan of an id, a file name or words that stand in one title alone."""
        words = name.strip("《》 ")
        try:
            return self._library.find(words, Role.ADMIN)
        except UnknownPlan:
            titled = [r for r in self._library.records(Role.ADMIN) if words and words in r.title]
            if len(titled) != 1:
                raise
            return titled[0]

    def _id(self, name: str) -> str:
        """Return the id of a published plan; a removed plan is known by its name."""
        with suppress(KnowledgeError):
            return self._named(name).id
        return name

    def _usage(self, template: str, name: str) -> Reply:
        records = self._library.records(Role.ADMIN)
        if not records:
            return Reply(wording.NO_PLANS, Status.NOT_FOUND)
        lines = [wording.PLAN_CHOICE.format(plan=r.id, title=r.title) for r in records[:LISTED]]
        if more := len(records) - len(lines):
            lines.append(wording.PLANS_MORE.format(count=more))
        unknown = wording.UNKNOWN_PLAN.format(plan=name) if name else ""
        usage = template.format(plan=records[0].id, plans="\n".join(lines))
        return Reply(unknown + usage, Status.CLARIFY)


def _audience(record: PlanRecord) -> str:
    """Return the line about a limited audience, "" for a version open to all."""
    if record.audience is Audience.ALL:
        return ""
    return wording.VERSION_AUDIENCE.format(who=record.audience.people)


def _restoring(record: PlanRecord) -> Action:
    """Return the button that brings a version back."""
    title = wording.BUTTON_RESTORE.format(version=record.version)
    value = f"{record.id}:{record.version}"
    return Action(ActionKind.RESTORE, title, value, is_personal=True)


def _latest(shown: "asyncio.Queue[tuple[int, int]]") -> tuple[int, int] | None:
    last = None
    while not shown.empty():
        last = shown.get_nowait()
    return last
