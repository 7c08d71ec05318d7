"""The buttons offered below an answer: its sections, its targets, an opinion."""

from dataclasses import replace

from pydantic import TypeAdapter

from bot.messages import Action, ActionKind, Reply, Status
from bot.wording import answers as wording
from knowledge.plan import PlanRecord, Section

SECTIONS = 5  # 原文 buttons under one reply
VALUE = TypeAdapter(tuple[str, int, int | None, tuple[str, ...], int])
KEPT_STATUSES = (Status.ANSWERED, Status.NOT_FOUND)


def with_buttons(reply: Reply, exchange: int) -> Reply:
    """Return an answer that stands in the journal with the buttons below it, unless it has some."""
    return replace(reply, actions=reply.actions or buttons_under(reply, exchange))


def buttons_under(reply: Reply, exchange: int) -> tuple[Action, ...]:
    """Return the buttons under the answer to a question: its sections, its targets, the reader's
    opinion.
    """
    sections = dict.fromkeys(section_action(c.record, c.section) for c in reply.citations)
    actions = list(sections)[:SECTIONS]
    number = str(exchange)
    if wording.BUTTON_NEXT_PAGE in reply.text and reply.targets:
        next_page = wording.BUTTON_NEXT_PAGE
        actions.append(Action(ActionKind.ASK, next_page, next_page, is_personal=True))
    if reply.targets:
        actions.append(Action(ActionKind.PICTURE, wording.BUTTON_PICTURE, number))
        actions.append(Action(ActionKind.SHEET, wording.BUTTON_SHEET, number))
        actions.append(Action(ActionKind.PAGE, wording.BUTTON_PAGE, number))
    if reply.status in KEPT_STATUSES and reply.text != wording.NO_PLANS:
        actions.append(Action(ActionKind.GOOD, wording.BUTTON_GOOD, number, is_personal=True))
        actions.append(Action(ActionKind.BAD, wording.BUTTON_BAD, number, is_personal=True))
    return tuple(actions)


def section_action(record: PlanRecord, section: Section, title: str | None = None) -> Action:
    """Return the button that shows a section whole."""
    value = (record.id, record.version, section.part, section.path, section.occurrence)
    title = title or wording.BUTTON_SECTION.format(label=section.label)
    return Action(ActionKind.SECTION, title, VALUE.dump_json(value).decode())
