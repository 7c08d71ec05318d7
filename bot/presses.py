"""The work of a pressed button: a section shown whole, an opinion kept, targets drawn."""

from collections.abc import Sequence

from bot.messages import Action, ActionKind, Attachment, Message, Reply, Status
from bot.presentation.offered_buttons import VALUE, section_action
from bot.records.journal import BAD, GOOD, Exchange, Journal, mark_target
from bot.targets.charts import draw_card, draw_comparison
from bot.targets.rows import TargetRow, read_rows
from bot.targets.sheets import write_page, write_sheet
from bot.understanding.following import section_of_version
from bot.understanding.intents import COMPARES
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, Plan, PlanRecord, Role, Section, label

CHILDREN = 12
FILES = frozenset({ActionKind.PICTURE, ActionKind.SHEET, ActionKind.PAGE})


def show_section(action: Action, library: Library, reader: Role, message: Message) -> Reply:
    """Show the section of a button whole, with the headings above and below it; of a plan that was
    replaced since, the same section of its new version.
    """
    plan_id, version, part, path, occurrence = VALUE.validate_json(action.value)
    records = filter(message.allows, library.records(reader))
    record = next((r for r in records if r.id == plan_id), None)
    plan = library.plan(record) if record else None
    key = part, path, occurrence
    section = section_of_version(record, version, key, library) if record else None
    if record is None or plan is None:
        return Reply(wording.SECTION_GONE, Status.NOT_FOUND)
    if section is None:
        left = wording.SECTION_LEFT.format(title=record.title, label=label(part, path))
        return Reply(left, Status.NOT_FOUND)
    lines = [wording.SECTION_OLD] if record.version != version else []
    if section.label != (before := label(part, path)):
        said = {"title": record.title, "before": before, "after": section.label}
        lines = [wording.RENUMBERED.format(**said)]
    lines.append(wording.SECTION_HEAD.format(title=record.title, label=section.label))
    above = (s for s in plan.sections if section.is_below(s) and s.heading)
    lines += [wording.SECTION_ABOVE.format(label=s.label, heading=s.heading) for s in above]
    lines += ["", section.whole_text]
    depth = len(section.path) + 1
    below = [s for s in plan.sections if s.is_below(section) and len(s.path) == depth]
    if below:
        named = (f"〔{s.label}〕{s.heading}" for s in below[:CHILDREN])
        lines += ["", wording.SECTION_BELOW.format(below="".join(named))]
    return Reply(
        text="\n".join(lines),
        status=Status.ANSWERED,
        citations=(Citation(record, section, section.whole_text),),
        actions=_neighbours(record, section, plan),
    )


def _neighbours(record: PlanRecord, section: Section, plan: Plan) -> tuple[Action, ...]:
    """Return buttons for the sections before and after in printed order."""
    order = plan.all_sections()
    at = next(i for i, s in enumerate(order) if s.key == section.key)
    names = ((at - 1, wording.BUTTON_PREVIOUS), (at + 1, wording.BUTTON_NEXT))
    return tuple(section_action(record, order[i], t) for i, t in names if 0 <= i < len(order))


def rate(action: Action, message: Message, journal: Journal) -> Reply:
    """Keep the person's opinion; after a bad one ask for the reason, one button each."""
    number, _, reason = action.value.partition(":")
    exchange = int(number)
    if journal.find(exchange) is None:
        return Reply("", Status.INFO, notice=wording.BUTTON_TOO_OLD)
    verdict = GOOD if action.kind is ActionKind.GOOD else BAD
    taken_back = action.kind is ActionKind.UNRATE
    journal.rate(exchange, message.user, None if taken_back else verdict, reason)
    if action.kind is not ActionKind.BAD:
        return Reply("", Status.INFO, notice=wording.THANKS)
    why = tuple(
        Action(ActionKind.REASON, said, f"{exchange}:{said}", is_personal=True)
        for said in wording.BAD_REASONS
    )
    return Reply(wording.WHY_BAD, Status.INFO, notice=wording.THANKS, actions=why)


def comment(words: str, message: Message, journal: Journal) -> Reply:
    """Keep the person's words about the last answer of the conversation."""
    if not words:
        return Reply(wording.FEEDBACK_USAGE, Status.CLARIFY)
    last = journal.last(message.conversation)
    if last is None:
        return Reply(wording.NOTHING_TO_RATE, Status.CLARIFY)
    journal.rate(last.id, message.user, BAD, words)
    return Reply(wording.THANKS, Status.INFO)


def send_targets(
    action: Action, library: Library, reader: Role, journal: Journal, message: Message
) -> Reply:
    """Send the targets of an answer as a picture, a sheet or a page. One person's question is no
    title for another: it can name a plan closed to the other.
    """
    exchange = journal.find(int(action.value))
    records = filter(message.allows, library.records(reader))
    rows = _rows(exchange, library, tuple(records)) if exchange else []
    if not rows:
        return Reply(wording.TARGETS_GONE, Status.NOT_FOUND)
    if action.kind is ActionKind.SHEET:
        sheet = Attachment(f"{wording.TARGETS_FILE}.xlsx", write_sheet(rows))
        return Reply("", Status.INFO, attachments=(sheet,))
    if action.kind is ActionKind.PAGE:
        page = Attachment(f"{wording.TARGETS_FILE}.docx", write_page(rows, wording.PAGE_TITLE))
        return Reply("", Status.INFO, attachments=(page,))
    heard = exchange and message.conversation == exchange.conversation
    title = exchange.asked if exchange and heard else wording.TARGETS_FILE
    compares = exchange is not None and COMPARES.search(exchange.asked)
    picture = (compares and draw_comparison(rows, title)) or draw_card(rows, title)
    if picture is None:
        return Reply(wording.PICTURE_IMPOSSIBLE, Status.INFO)
    card = Attachment(f"{wording.TARGETS_FILE}.png", picture, is_picture=True)
    return Reply("", Status.INFO, attachments=(card,))


def _rows(exchange: Exchange, library: Library, records: Sequence[PlanRecord]) -> list[TargetRow]:
    """Return the rows of an answer, without those of plans now closed to the reader."""
    readable = {r.id: r for r in records}
    return [
        row
        for plan, marks in exchange.targets.items()
        if plan in readable
        for row in read_rows(readable[plan], library)
        if mark_target(row.target) in marks
    ]
