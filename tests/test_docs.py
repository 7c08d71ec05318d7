"""What README.md and README.zh.md say is all there, and what they name exists.

The file map stands in README.md alone; README.zh.md points to it. What README and CONTRIBUTING say
to stand in a file stands there.
"""

import re
from pathlib import Path

import pytest
import typer

import bot.__main__
import ingest
from bot.settings.settings import Settings
from tests.support.places import REPO

READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CONTRIBUTING.md")
SETTINGS = [f"YAODIAN_{name.upper()}" for name in Settings.model_fields]
COMMANDS = {"python -m bot": bot.__main__.app, "python ingest.py": ingest.app}
OURS = r"(?:bot|knowledge|prompts|plans|tests)"


def read(readme: str) -> str:
    return (REPO / readme).read_text(encoding="utf-8")


def commands(app: typer.Typer) -> list[str]:
    """Return the commands of a command line as they are typed."""
    names = [(c.name, c.callback) for c in app.registered_commands]
    return [name or callback.__name__.replace("_", "-") for name, callback in names if callback]


def file_map() -> list[str]:
    """Return the lines of README.md's file map."""
    blocks = re.findall(r"^```\n(.*?)^```", read("README.md"), re.M | re.S)
    return next(block for block in blocks if "assistant.py" in block).splitlines()


def mapped() -> set[str]:
    """Return the paths of the file map: its folders, and what stands indented below each."""
    folder, paths = "", set[str]()
    for line in file_map():
        names = re.split(r"\s{2,}", line.strip())[0].split(", ")
        if not line.startswith(" "):
            folder = names[0] if names[0].endswith("/") else ""
            paths |= {*names}
        else:
            paths |= {folder + name for name in names}
    return paths


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_stands_in_the_readme(readme: str, setting: str) -> None:
    assert re.search(rf"\b{setting}\b", read(readme))


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_names_no_setting_that_is_not_there(readme: str) -> None:
    assert set(re.findall(r"\bYAODIAN_[A-Z_]*[A-Z]\b", read(readme))) <= set(SETTINGS)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("program", COMMANDS)
def test_every_command_stands_in_the_readme(readme: str, program: str) -> None:
    said = re.findall(rf"{re.escape(program)} ([\w|, -]+)", read(readme))
    named = {word for line in said for word in re.split(r"[|, ]+", line)}
    assert set(commands(COMMANDS[program])) <= named


def test_the_file_map_names_what_exists_and_fits_a_screen() -> None:
    assert [path for path in sorted(mapped()) if not (REPO / path).exists()] == []
    assert len(file_map()) <= 30


@pytest.mark.parametrize("package", ["bot", "knowledge"])
def test_the_file_map_has_every_package(package: str) -> None:
    folders = {f"{package}/{path.parent.name}/" for path in (REPO / package).glob("*/__init__.py")}
    assert folders - mapped() == set()


@pytest.mark.parametrize("readme", PAGES)
def test_every_path_of_ours_in_the_readme_exists(readme: str) -> None:
    paths = re.findall(rf"(?<![\w/.-]){OURS}/[\w./-]*\w", read(readme))
    assert [path for path in paths if not (REPO / path).exists()] == []


@pytest.mark.parametrize("readme", PAGES)
def test_what_a_page_says_to_stand_in_a_file_stands_there(readme: str) -> None:
    page = read(readme)
    said = re.findall(r"((?:`[\w.]+`(?:, | and )?)+) in `([\w/.-]+\.py)`", page)
    said += [
        (f"`{name}`", path) for path, name in re.findall(r"`([\w/.]+\.py)` 的 `([\w.]+)`", page)
    ]
    assert said
    for names, path in said:
        source = (REPO / path).read_text(encoding="utf-8")
        for name in re.findall(r"`(?:\w+\.)?(\w+)`", names):
            assert re.search(rf"(?:def|class) {name}\b|^{name} = |^{name}: ", source, re.M), name


def test_every_prompt_is_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for package in ("bot", "knowledge")
        for path in (REPO / package).rglob("*.py")
    )
    prompts = [p for p in (REPO / "prompts").iterdir() if p.suffix in (".txt", ".md")]
    unused = [
        p.name
        for p in prompts
        # by its whole name, or by the family that f"reason.{flaw}" chooses from
        if f'"{p.stem}"' not in sources and f'f"{p.stem.split(".")[0]}.{{' not in sources
    ]
    assert unused == []


def test_every_file_in_prompts_is_a_prompt_or_their_module() -> None:
    files = [p for p in (REPO / "prompts").iterdir() if p.name != "__pycache__"]
    assert [p.name for p in files if p.suffix not in (".txt", ".md", ".py")] == []


@pytest.mark.parametrize("page", sorted((REPO / "docs").glob("*.md")), ids=lambda p: p.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    said = page.read_text(encoding="utf-8")
    for file, test in re.findall(r"((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?", said):
        source = (REPO / "tests" / file.removeprefix("tests/")).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in source, f"{file}::{test}"
