"""A place in a text -> what is printed before it, without a look at the whole text."""

from knowledge.text import CLOSERS, FULL_STOPS

SENTENCE_ENDS = FULL_STOPS.strip()
NOTE_CHARS = 120  # who is in charge, where a figure is from: a note in brackets behind a sentence


def printed_before(text: str, at: int) -> int:
    """Return where the text before `at` ends, without the white space between."""
    while at and text[at - 1].isspace():
        at -= 1
    return at


def char_before(text: str, at: int) -> str:
    """Return the last printed character before a place, "" at the start of the text."""
    end = printed_before(text, at)
    return text[end - 1 : end]


def follows_sentence(text: str, at: int) -> bool:
    """True right behind a sentence, or behind a note in brackets that stands there.

    >>> follows_sentence("建好两所。（责任单位：教育局）四、修路", 15)
    True
    """
    end = printed_before(text, at)
    end = printed_before(text, _note_start(text, end))
    while end and text[end - 1] in CLOSERS + "》":
        end -= 1
    return bool(end) and text[end - 1] in SENTENCE_ENDS


def follows_note(text: str, at: int) -> bool:
    """True right behind a note in brackets, whatever stands before it: （教育厅负责）四、修路."""
    end = printed_before(text, at)
    return _note_start(text, end) < end


def _note_start(text: str, end: int) -> int:
    """Return where the note in brackets begins that ends here, `end` where there is none."""
    if not end or text[end - 1] not in "）)":
        return end
    start = end - 2
    while start >= 0 and end - start <= NOTE_CHARS + 2 and text[start] not in "（(）)\n":
        start -= 1
    is_note = start >= 0 and text[start] in "（(" and end - start > 3
    return start if is_note else end
