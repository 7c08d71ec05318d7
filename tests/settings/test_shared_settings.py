import os
from pathlib import Path

import pytest

from bot.build import open_library
from bot.errors import BadSettings
from bot.settings.settings import Settings, load_settings
from knowledge.plan import Role
from tests.support.shelves import Shelf

POSTGRES = "postgresql://yaodian:hidden@127.0.0.1/library"


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start in an empty folder, with none of our settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, **said: str) -> Settings:
    for name, value in said.items():
        monkeypatch.setenv(f"YAODIAN_{name}", value)
    return load_settings()


def test_a_chroma_server_without_a_shared_database_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(BadSettings, match="YAODIAN_CHROMA_URL 要和 YAODIAN_DATABASE_URL"):
        load(monkeypatch, CHROMA_URL="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("DATABASE_URL", "mysql://hidden@host/name", "postgresql://用户:密码@主机:端口/库名"),
        ("CHROMA_URL", "host:8000", "http:// 或 https://"),
        ("CHROMA_HEADERS", "hidden", "名称: 值"),
    ],
)
def test_a_wrong_server_setting_is_named_without_its_value(
    name: str, value: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadSettings) as raised:
        load(monkeypatch, **{"DATABASE_URL": POSTGRES, name: value})
    assert f"YAODIAN_{name}" in str(raised.value)
    assert advice in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_headers_are_read_and_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        DATABASE_URL=POSTGRES,
        CHROMA_URL="https://chroma.example/tenant/base",
        CHROMA_HEADERS="x-chroma-token: hidden-1; x-office: lanzhou",
    )
    assert settings.chroma is not None
    assert settings.chroma.headers == {"x-chroma-token": "hidden-1", "x-office": "lanzhou"}
    assert "hidden" not in repr(settings) + repr(settings.chroma)


def test_the_settings_open_a_library_on_servers(
    monkeypatch: pytest.MonkeyPatch, servers: Shelf
) -> None:
    assert servers.database_url is not None
    assert servers.chroma is not None
    settings = load(monkeypatch, DATABASE_URL=servers.database_url, CHROMA_URL=servers.chroma.url)
    with open_library(settings) as library:
        assert library.database.dialect == "postgresql"
        assert library.records(Role.ADMIN) == ()
