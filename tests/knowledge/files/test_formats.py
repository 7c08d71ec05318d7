"""The row of formats in docs/formats.md is what `python -m tests.support.formats` measures."""

import re

import pytest

from tests.support.formats import measure
from tests.support.places import REPO

PAGE = (REPO / "docs" / "formats.md").read_text(encoding="utf-8")


def printed() -> dict[str, str]:
    row = r"\| (\.txt \|.*)\n\|[-:| ]+\n\| (.*) \|\n"
    found = re.search(row, PAGE)
    assert found
    heads, figures = (line.strip(" |").split(" | ") for line in found.groups())
    return dict(zip(heads, figures, strict=True))


@pytest.fixture(scope="module")
def measured() -> dict[str, str]:
    return measure()


@pytest.mark.parametrize("form", printed())
def test_the_page_says_what_is_measured(form: str, measured: dict[str, str]) -> None:
    if form not in measured:
        pytest.skip(f"{form} cannot be written or read here")
    assert measured[form] == printed()[form]
