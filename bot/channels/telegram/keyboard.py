"""Buttons under a message: rows that a telephone shows whole, each button with an opaque token.

Telegram carries 64 bytes with a button; ours is a token of 16 characters (`bot.delivery.buttons`).
"""

from collections.abc import Iterator, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import Action, ActionKind

ROW_BUTTONS = 4
ROW_UNITS = 30  # of which a Chinese character takes two; more is cut by a telephone
BUTTONS = 100  # Telegram shows no more under one message
OPINION = (ActionKind.GOOD, ActionKind.BAD)


def build_keyboard(actions: Sequence[Action], tokens: Sequence[str]) -> InlineKeyboardMarkup | None:
    """Return the keyboard of these actions, None without any."""
    buttons = [
        (action.kind, InlineKeyboardButton(action.title, callback_data=token))
        for action, token in zip(actions[:BUTTONS], tokens, strict=False)
    ]
    rows = tuple(fill_rows(buttons))
    return InlineKeyboardMarkup(rows) if rows else None


def fill_rows(
    buttons: Sequence[tuple[ActionKind, InlineKeyboardButton]],
) -> Iterator[list[InlineKeyboardButton]]:
    """Yield rows: sections, targets and opinions each on rows of their own."""
    row: list[InlineKeyboardButton] = []
    group, units = "", 0
    for kind, button in buttons:
        width = units_wide(button.text)
        is_full = len(row) == ROW_BUTTONS or units + width > ROW_UNITS
        if row and (is_full or group_of(kind) != group):
            yield row
            row, units = [], 0
        row.append(button)
        group, units = group_of(kind), units + width
    if row:
        yield row


def group_of(kind: ActionKind) -> str:
    """Return the name of the rows that a button belongs to."""
    if kind is ActionKind.SECTION:
        return "sections"
    return "opinion" if kind in OPINION else "others"


def units_wide(title: str) -> int:
    """Return the width of a button's title; its frame takes two more."""
    return sum(1 if character.isascii() else 2 for character in title) + 2
