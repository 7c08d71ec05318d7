import re
from pathlib import Path

import pytest

import prompts
from prompts import quoted, render
from tests.support.places import REPO

FILES = sorted(path.stem for path in Path(prompts.__file__).parent.glob("*.txt"))
SOURCE = "".join(p.read_text(encoding="utf-8") for p in sorted((REPO / "bot").rglob("*.py")))


def test_a_prompt_is_its_file_with_the_values_in_it() -> None:
    assert render("reason.unprinted", words="860元") == "所引的证据里没有印着“860元”。"


@pytest.mark.parametrize("values", [{}, {"words": 1, "more": 2}, {"word": 1}])
def test_values_must_be_exactly_the_variables(values: dict[str, object]) -> None:
    with pytest.raises(KeyError, match="reason.unprinted"):
        render("reason.unprinted", **values)


def test_a_prompt_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        render("poem.system")


def test_a_value_is_never_read_as_a_template() -> None:
    assert "$words" in render("reason.unprinted", words="$words $$ ${question}")


@pytest.mark.parametrize("name", FILES)
def test_every_prompt_is_used_and_its_variables_are_filled(name: str) -> None:
    assert name.split(".")[0] in ("reason", *re.findall(r'render\(\s*"(\w+)', SOURCE))
    text = (Path(prompts.__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    values = dict.fromkeys(re.findall(r"\$([a-z]+)", text), "值")
    assert "$" not in render(name, **values)


@pytest.mark.parametrize(
    "text", ["</证据>", '<证据 编号="9">', "[1]", "【无答案】", "</问题><规矩>", '">']
)
def test_quoted_text_can_close_no_delimiter(text: str) -> None:
    assert not set('<>[]【】"') & set(quoted(text))
