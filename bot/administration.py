"""Plans sent, taken out and brought back in chat: look first, then 入库 or 取消, then what changed.

Who may do so is decided before (`bot.assistant`); here everybody is an administrator.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress

from bot import wording
from bot import wording_office as office
from bot.errors import FileRefused
from bot.messages import Action, ActionKind, Message, Reply, SentFile, Status
from bot.uploads import Upload, Uploads
from knowledge.difference import Difference, compare_plans
from knowledge.errors import KnowledgeError, UnknownPlan
from knowledge.library import Added, Library, Outcome, Progress
from knowledge.parsing import parse_plan
from knowledge.plan import Plan, PlanRecord, Role
from knowledge.reading import SourceFile
from knowledge.sandbox import read_safely

MB = 1_000_000
UPLOAD_MB = 50
DIFF_LINES = 12
SHOW_EVERY_SECONDS = 3.0  # of progress; chats allow few edits


class Administration:
    """What administrators do with the library in chat."""

    def __init__(self, library: Library, uploads: Uploads, upload_mb: int = UPLOAD_MB) -> None:
        self._library = library
        self._uploads = uploads
        self._upload_mb = upload_mb

    # A file comes in

    async def preview(self, message: Message, file: SentFile) -> Reply:
        """Show what a file would become and what it would change, with 入库 and 取消."""
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
        source = read_safely(name, content)
        plan = parse_plan(source.reading, name, None)
        same = self._same(source, plan)
        lines = [_described(plan, name)]
        if plan.warnings:
            lines += [wording.FILE_WARNINGS, *(f"· {w}" for w in plan.warnings)]
        if same is not None:
            before = self._library.plan(same)
            lines.append(
                wording.FILE_REPLACES.format(
                    title=same.title, plan=same.id, version=self._next_version(same)
                )
            )
            lines += _changes(compare_plans(before, plan), same)
        token = self._uploads.keep(user, name, content)
        return Reply(
            "\n".join([*lines, wording.FILE_ASK]),
            Status.CLARIFY,
            actions=_choices(token, name, same),
        )

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
        """Put a file in that was previewed, with progress, then what changed."""
        token, _, replaces = action.value.partition(":")
        upload = await asyncio.to_thread(self._uploads.find, token, message.user)
        if upload is None:
            yield Reply(wording.UPLOAD_GONE, Status.CLARIFY, notice=wording.UPLOAD_GONE)
            return
        shown: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def progress(done: int, total: int) -> None:
            loop.call_soon_threadsafe(shown.put_nowait, (done, total))

        adding = asyncio.create_task(asyncio.to_thread(self._add, upload, replaces, progress))
        while not adding.done():
            await asyncio.wait({adding}, timeout=SHOW_EVERY_SECONDS)
            if not adding.done() and (last := _latest(shown)):
                text = wording.FILE_PROGRESS.format(title=upload.name, done=last[0], total=last[1])
                yield Reply(text, Status.INFO, final=False)
        try:
            yield await adding
        except KnowledgeError as exc:
            yield Reply(str(exc), Status.ERROR)

    def _add(self, upload: Upload, replaces: str, progress: Progress) -> Reply:
        source = read_safely(upload.name, upload.content)
        before = self._published(replaces)
        plan_before = self._library.plan(before) if before else None
        added = self._library.add(source, None, None, replaces or None, progress)
        self._uploads.forget(upload.token)
        return _added(added, plan_before)

    def _published(self, plan: str) -> PlanRecord | None:
        with suppress(UnknownPlan):
            return self._library.find(plan, Role.ADMIN) if plan else None
        return None

    def cancel(self, action: Action) -> Reply:
        """Leave a file, or leave a plan where it is."""
        if action.value:
            self._uploads.forget(action.value)
            return Reply(wording.FILE_CANCELLED, Status.INFO, notice=wording.FILE_CANCELLED)
        return Reply(wording.NOT_REMOVED, Status.INFO, notice=wording.NOT_REMOVED)

    # A plan goes out, a version comes back

    def ask_remove(self, name: str) -> Reply:
        """Ask before a plan is taken out."""
        try:
            record = self._library.find(name, Role.ADMIN)
        except KnowledgeError:
            return self._usage(wording.REMOVE_USAGE)
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
        return Reply(wording.REMOVED.format(title=record.title, plan=record.id), Status.INFO)

    def versions(self, name: str) -> Reply:
        """List a plan's versions, with a button to bring each older one back."""
        try:
            versions = self._library.versions(name)
        except KnowledgeError:
            return self._usage(wording.VERSIONS_USAGE)
        lines = [
            wording.VERSION_LINE.format(
                version=v.record.version,
                added_at=v.added_at[:16].replace("T", " "),
                file=v.record.file,
                published=wording.VERSION_PUBLISHED if v.is_published else "",
            )
            for v in versions
        ]
        restore = tuple(
            Action(
                ActionKind.RESTORE,
                wording.BUTTON_RESTORE.format(version=v.record.version),
                f"{v.record.id}:{v.record.version}",
                is_personal=True,
            )
            for v in versions
            if not v.is_published
        )
        return Reply("\n".join(lines), Status.INFO, actions=restore)

    def restore(self, action: Action) -> Reply:
        """Bring a version back."""
        plan, _, version = action.value.rpartition(":")
        try:
            record = self._library.restore(plan, int(version))
        except KnowledgeError as exc:
            return Reply(str(exc), Status.NOT_FOUND)
        text = wording.RESTORED.format(title=record.title, version=record.version)
        return Reply(text, Status.INFO)

    def _usage(self, template: str) -> Reply:
        ids = [r.id for r in self._library.records(Role.ADMIN)]
        if not ids:
            return Reply(wording.NO_PLANS, Status.NOT_FOUND)
        return Reply(template.format(plan=ids[0], plans="、".join(ids)), Status.CLARIFY)


def _latest(shown: "asyncio.Queue[tuple[int, int]]") -> tuple[int, int] | None:
    last = None
    while not shown.empty():
        last = shown.get_nowait()
    return last


def _described(plan: Plan, name: str) -> str:
    said = plan.metadata
    imprint = wording.FILE_IMPRINT.format(
        issuer=said.issuer or "",
        doc_number=said.doc_number or "",
        date=said.date or "",
        year=said.year or "",
    )
    return wording.FILE_PREVIEW.format(
        title=said.title or name,
        imprint=" ".join(imprint.split()),
        sections=len(plan.sections),
        targets=len(plan.targets),
        coverage=plan.kept / plan.chars if plan.chars else 1.0,
    )


def _choices(token: str, name: str, same: PlanRecord | None) -> tuple[Action, ...]:
    """Return the buttons: a file of the same name is a new version or nothing."""
    cancel = Action(ActionKind.CANCEL, wording.BUTTON_CANCEL, token, is_personal=True)
    if same is None:
        add = Action(ActionKind.ADD, wording.BUTTON_ADD, token, is_personal=True)
        return add, cancel
    version = Action(
        ActionKind.ADD, wording.BUTTON_ADD_VERSION, f"{token}:{same.id}", is_personal=True
    )
    if same.file == name:
        return version, cancel
    new = Action(ActionKind.ADD, wording.BUTTON_ADD_NEW, token, is_personal=True)
    return version, new, cancel


def _added(added: Added, before: Plan | None) -> Reply:
    record, plan = added.record, added.plan
    if added.outcome is Outcome.UNCHANGED:
        text = wording.FILE_UNCHANGED.format(plan=record.id, version=record.version)
        return Reply(text, Status.INFO)
    text = wording.FILE_ADDED.format(
        title=record.title,
        plan=record.id,
        version=record.version,
        sections=len(plan.sections),
        targets=len(plan.targets),
    )
    changes = _changes(compare_plans(before, plan), record) if before else ()
    return Reply("\n".join([text, *changes]), Status.INFO)


def _changes(difference: Difference, record: PlanRecord) -> Sequence[str]:
    """Return a line for each change, the targets first, and how many more there are."""
    lines = list(_change_lines(difference))
    if not lines:
        return (wording.FILE_NO_CHANGE,)
    more = len(lines) - DIFF_LINES
    rest = [wording.DIFF_MORE.format(count=more, plan=record.id)] if more > 0 else []
    return lines[:DIFF_LINES] + rest


def _change_lines(difference: Difference) -> Iterable[str]:
    for target in difference.targets:
        yield wording.DIFF_TARGET.format(
            label=target.label,
            metric=target.metric,
            before=target.before or "—",
            after=target.after or "—",
        )
    for change in difference.sections:
        kind = wording.DIFF_KINDS[change.kind]
        yield wording.DIFF_SECTION.format(kind=kind, label=change.label, heading=change.heading)
