import doctest
import importlib
import pkgutil

import pytest

import bot
import bot.channels
import knowledge
import knowledge.names

ON_THE_NETWORK = ("bot.channels.telegram.channel", "bot.channels.wecom")  # their tests run a server
MODULES = [
    found.name
    for package in (bot, bot.channels, knowledge, knowledge.names)
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
    if not found.name.startswith(ON_THE_NETWORK)
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_of_a_docstring_is_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    found = [doctest.DocTestFinder().find(importlib.import_module(name)) for name in MODULES]
    assert sum(bool(test.examples) for tests in found for test in tests) > 10
