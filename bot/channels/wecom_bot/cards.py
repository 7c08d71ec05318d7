"""Buttons of an AI bot: template cards that say the same after every press and every restart.

WeCom replaces a card whole and cannot disable a button, so the key of each button names all tokens
of its card: whoever presses one brings with them what is needed to draw the card again.

Source: https://developer.work.weixin.qq.com/document/path/101032
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.channels.wecom.cards import choose
from bot.channels.wecom_bot.frames import FrameBody
from bot.delivery.buttons import Buttons
from bot.errors import ButtonRefused
from bot.messages import Action, ActionKind
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording

BUTTON_CHARS = 12  # 10 are recommended; a question beyond stands above the buttons
TITLE_CHARS = 26
TEXT_CHARS = 500  # 112 are recommended; only where there is no other way to say more
DEAD = "dead"  # a token that nobody was given
ONCE = frozenset({ActionKind.ADD, ActionKind.CANCEL, ActionKind.REMOVE, ActionKind.RESTORE})


def offer_card(
    buttons: Buttons, actions: Sequence[Action], owner: str, title: str = "", said: str = ""
) -> FrameBody | None:
    """Keep up to six actions, as many as a card holds, and return the card that offers them, None
    without any; touches the database.
    """
    if not actions:
        return None
    shown = choose(actions)
    tokens = buttons.offer(shown, owner)
    return _draw(title or bot_wording.CARD, said, shown, tokens, secrets.token_hex(16))


def redraw_card(
    buttons: Buttons, event_key: str, task_id: str, user: str, title: str, said: str = ""
) -> FrameBody:
    """Return a card as it was, as far as `user` may press it, with other words above."""
    pairs = list(_still_offered(buttons, in_order(event_key), user))
    if not pairs or any(action.kind in ONCE for _, action in pairs):
        done = Action(ActionKind.CANCEL, bot_wording.CARD_DONE)
        return _draw(title, said, (done,), (DEAD,), task_id)
    tokens, actions = zip(*pairs, strict=True)
    return _draw(title, said, actions, tokens, task_id)


def read_key(event_key: str) -> tuple[str, ...]:
    """Return the tokens of a card, the pressed one first; () for a foreign key.

    >>> read_key("1.aaaa.bbbb")
    ('bbbb', 'aaaa')
    """
    place, *tokens = event_key.split(".")
    if not place.isdecimal() or int(place) >= len(tokens):
        return ()
    return (tokens[int(place)], *(t for i, t in enumerate(tokens) if i != int(place)))


def in_order(event_key: str) -> tuple[str, ...]:
    """Return the tokens of a card as they stand on it."""
    return tuple(event_key.split(".")[1:]) if read_key(event_key) else ()


def _still_offered(
    buttons: Buttons, tokens: Sequence[str], user: str
) -> Iterator[tuple[str, Action]]:
    for token in tokens:
        with suppress(ButtonRefused):
            yield token, buttons.press(token, user)


def _draw(
    title: str, said: str, actions: Sequence[Action], tokens: Sequence[str], task_id: str
) -> FrameBody:
    """Return a card; a title too long for a button stands above them under a number."""
    long = [action.title for action in actions if is_long(action)]
    lines = [said, *(f"{n}. {name}" for n, name in enumerate(long, 1))]
    card: dict[str, object] = {
        "card_type": "button_interaction",
        "main_title": {"title": _cut(title, TITLE_CHARS)},
        "button_list": [
            {"text": _label(action.title, long), "key": f"{place}.{'.'.join(tokens)}"}
            for place, action in enumerate(actions)
        ],
        "task_id": task_id,
    }
    if text := "\n".join(line for line in lines if line):
        card["sub_title_text"] = _cut(text, TEXT_CHARS)
    return card


def is_long(action: Action) -> bool:
    """True if an action's title is a question too long for a button."""
    return action.kind is ActionKind.ASK and len(action.title) > BUTTON_CHARS


def _label(title: str, long: Sequence[str]) -> str:
    return bot_wording.ASK.format(number=long.index(title) + 1) if title in long else title


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - len(wording.CUT)] + wording.CUT
