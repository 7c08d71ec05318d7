"""The preview of a file in chat, its changes and its result, as people read them."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.messages import Action, ActionKind, Reply, Status
from bot.wording import answers as wording
from knowledge.library import Added, AddOutcome
from knowledge.plan import Audience, Plan, PlanRecord
from knowledge.structure.difference import Difference, compare_plans

DIFF_LINES = 12


def describe_file(plan: Plan, name: str) -> str:
    """Return a file's title, its imprint, and the numbers of its sections and targets."""
    said = plan.metadata
    day = date.fromisoformat(said.date) if said.date else None
    year = f"{said.year}年" if said.year else ""
    printed = f"{day.year}年{day.month}月{day.day}日" if day else year
    imprint = "，".join(filter(None, (said.issuer, said.doc_number, printed)))
    found = wording.FILE_PREVIEW.format(
        sections=len(plan.sections),
        targets=len(plan.targets),
        coverage=plan.kept / plan.chars if plan.chars else 1.0,
    )
    return "\n".join(filter(None, (f"《{said.title or name}》", imprint, found)))


def choices(token: str, name: str, same: PlanRecord | None) -> tuple[Action, ...]:
    """Return the buttons: a file of the same name is a new version or nothing."""
    cancel = Action(ActionKind.CANCEL, wording.BUTTON_CANCEL, token, is_personal=True)
    for_leaders = _adding(wording.BUTTON_ADD_FOR_LEADERS, token, audience=Audience.LEADERS)
    if same is None:
        return _adding(wording.BUTTON_ADD, token), for_leaders, cancel
    version = _adding(wording.BUTTON_ADD_VERSION, token, same.id)
    if same.file == name:
        return version, cancel
    return version, _adding(wording.BUTTON_ADD_NEW, token), for_leaders, cancel


def _adding(title: str, token: str, plan: str = "", audience: Audience | None = None) -> Action:
    """Return the button that adds a file; its value is read by `read_adding`."""
    return Action(ActionKind.ADD, title, f"{token}:{plan}:{audience or ''}", is_personal=True)


def read_adding(value: str) -> tuple[str, str | None, Audience | None]:
    """Return the file's token, the plan it is a version of, and its audience."""
    token, plan, audience = (value.split(":") + ["", ""])[:3]
    return token, plan or None, Audience(audience) if audience else None


def added_reply(added: Added, before: Plan | None, examples: Sequence[str] = ()) -> Reply:
    """Return the result and the changes of an add, with buttons for questions to the plan."""
    record, plan = added.record, added.plan
    if added.outcome is AddOutcome.UNCHANGED:
        text = wording.FILE_UNCHANGED.format(plan=record.id, version=record.version)
        return Reply(text, Status.INFO)
    text = wording.FILE_ADDED.format(
        title=record.title,
        plan=record.id,
        version=record.version,
        sections=len(plan.sections),
        targets=len(plan.targets),
    )
    who = wording.FILE_AUDIENCE.format(who=record.audience.people)
    changes = changed_lines(compare_plans(before, plan), record) if before else ()
    asks = tuple(Action(ActionKind.ASK, asked, asked) for asked in examples)
    return Reply("\n".join([text + who, *changes]), Status.INFO, actions=asks)


def changed_lines(difference: Difference, record: PlanRecord) -> Sequence[str]:
    """Return a line for each change, the targets first, and the number of the others."""
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
