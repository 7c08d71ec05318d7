"""The card under an answer: up to six buttons, drawn again when one of them is pressed.

A button's key holds its own number and the tokens of all, so that the card can be drawn again from
the press alone: `2.TOKEN.TOKEN.TOKEN`.

Source: https://developer.work.weixin.qq.com/document/path/90236 (button_interaction), 94888.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import ButtonRefused
from bot.messages import Action, ActionKind
from bot.wording import wecom_app as wording_wecom

BUTTONS = 6
BUTTON_CHARS = 10  # phones cut off longer captions: a question stands above them
RATINGS = (ActionKind.GOOD, ActionKind.BAD)
# After one of these the others of its card mean nothing any more.
CHOICES = frozenset(
    {ActionKind.ADD, ActionKind.CANCEL, ActionKind.REMOVE, ActionKind.RESTORE, ActionKind.REASON}
)

Press = Callable[[str], Action]  # a token -> what it does; raises ButtonRefused


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a card."""

    token: str
    action: Action


@dataclass(frozen=True, slots=True)
class Pressed:
    """The parts of a pressed button's key."""

    index: int
    tokens: tuple[str, ...]

    @property
    def token(self) -> str:
        """The token of the button that was pressed."""
        return self.tokens[self.index]


def choose(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Return up to six actions for a card: sections give way to the others, for a section can be
    typed; the page goes before the last of them.
    """
    sections = [a for a in actions if a.kind is ActionKind.SECTION]
    others = [a for a in actions if a.kind is not ActionKind.SECTION]
    if len(others) + len(sections[:1]) > BUTTONS:
        others = [a for a in others if a.kind is not ActionKind.PAGE][:BUTTONS]
    kept = sections[: max(BUTTONS - len(others), 1)] + others
    return tuple(a for a in actions if a in kept)[:BUTTONS]


def read_key(key: str) -> Pressed | None:
    """Return the parts of a button's key, or None for a foreign card.

    >>> read_key("1.abc.def").token
    'def'
    """
    index, *tokens = key.split(".")
    if index.isascii() and index.isdigit() and int(index) < len(tokens):
        return Pressed(int(index), tuple(tokens))
    return None


def draw(buttons: Sequence[Button], note: str = "", is_over: bool = False) -> dict[str, Any]:
    """Return the JSON of a card; `note` tells the last press, `is_over` turns the buttons off."""
    lines = [note, *_long_titles(buttons)]
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": wording_wecom.CARD_TITLE},
        "task_id": buttons[0].token,
        "button_list": list(_drawn(buttons)),
    }
    if said := "\n".join(line for line in lines if line):
        card["sub_title_text"] = said
    return card | ({"replace_text": wording_wecom.CARD_OVER} if is_over else {})


def draw_again(
    pressed: Pressed, press: Press, task_id: str, note: str, is_over: bool = False
) -> dict[str, Any] | None:
    """Return the card after a press, without the ratings once one was given; None if all its
    buttons are too old to be drawn.
    """
    buttons = list(_still_there(pressed.tokens, press))
    kinds = {button.action.kind for button in buttons if button.token == pressed.token}
    if not kinds:
        return None
    if kinds & set(RATINGS):
        rest = [button for button in buttons if button.action.kind not in RATINGS]
        buttons, is_over = rest or buttons, is_over or not rest
    card = draw(buttons, note, is_over or bool(kinds & CHOICES))
    return card | {"task_id": task_id}


def _still_there(tokens: Iterable[str], press: Press) -> Iterable[Button]:
    for token in tokens:
        try:
            yield Button(token, press(token))
        except ButtonRefused:
            continue


def _drawn(buttons: Sequence[Button]) -> Iterable[dict[str, Any]]:
    """Yield the buttons; the key is unique within the card by its number."""
    tokens = ".".join(button.token for button in buttons)
    number = 0
    for index, button in enumerate(buttons):
        title = button.action.title
        if _is_long(button):
            number += 1
            title = wording_wecom.CARD_ASK.format(number=number)
        yield {"text": title, "style": 1, "key": f"{index}.{tokens}"}


def _long_titles(buttons: Sequence[Button]) -> Iterable[str]:
    """Yield a line for each title that no button has room for."""
    long = (button.action.title for button in buttons if _is_long(button))
    return (f"{number}. {title}" for number, title in enumerate(long, 1))


def _is_long(button: Button) -> bool:
    return button.action.kind is ActionKind.ASK and len(button.action.title) > BUTTON_CHARS
