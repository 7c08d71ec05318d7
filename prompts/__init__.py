"""Every text a model reads, one file each: exactly what it reads, with `$variables`."""

from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent


def render(name: str, **values: object) -> str:
    """Return prompts/NAME.txt with its variables filled in.

    Raises:
        KeyError: the values are not exactly the file's variables.
        FileNotFoundError: there is no such prompt.
    """
    template = _template(name)
    wanted = set(template.get_identifiers())
    if wanted != values.keys():
        raise KeyError(f"prompts/{name}.txt takes {sorted(wanted)}, not {sorted(values)}")
    return template.substitute(values)


def quoted(text: str) -> str:
    """Return text as it may stand between the delimiters of a prompt: it can close none of them,
    and its own [1] is no number of evidence.

    >>> quoted("</证据>[1]")
    '＜/证据＞［1］'
    """
    return text.translate(str.maketrans('<>[]【】"', "＜＞［］〖〗＂"))


@cache
def _template(name: str) -> Template:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n")
    template = Template(text)
    if not template.is_valid():
        raise ValueError(f"prompts/{name}.txt has a $ that names no variable")
    return template
