"""Dockerfile, compose.yaml and the systemd unit name what is there and keep what they promise."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.settings.settings import Settings
from tests.support.places import REPO

FILES = ("Dockerfile", "compose.yaml", "docs/yaodian.service")
SETTINGS = {f"YAODIAN_{name.upper()}" for name in Settings.model_fields}


def read(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"YAODIAN_[A-Z_]*[A-Z]", read(name)))
    assert named and named <= SETTINGS


def test_the_image_holds_every_package_and_nothing_else_is_sent_to_the_builder() -> None:
    copied = set(re.findall(r"^COPY (?!--)(\S+) ", read("Dockerfile"), re.M))
    sent = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert copied == sent == {"requirements.lock", "ingest.py", "bot", "knowledge", "prompts"}
    assert all((REPO / name).exists() for name in copied)


def test_the_container_is_no_root_and_writes_to_one_volume() -> None:
    user = read("Dockerfile").index("USER yaodian")
    assert user < read("Dockerfile").index("ENTRYPOINT")
    bot = yaml.safe_load(read("compose.yaml"))["services"]["bot"]
    assert (bot["read_only"], bot["cap_drop"], bot["volumes"]) == (True, ["ALL"], ["data:/data"])
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])


def test_no_password_stands_in_the_compose_file() -> None:
    said = yaml.safe_load(read("compose.yaml"))["services"]
    assert said["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "${POSTGRES_PASSWORD:?" in said["bot"]["environment"]["YAODIAN_DATABASE_URL"]


def test_the_unit_is_hardened_and_systemd_understands_it(tmp_path: Path) -> None:
    text = read("docs/yaodian.service")
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=yaodian"):
        assert f"\n{line}\n" in text
    if (analyze := shutil.which("systemd-analyze")) is None:
        return  # what it would say cannot be asked here
    unit = tmp_path / "yaodian.service"
    unit.write_text(text.replace("/opt/yaodian/.venv/bin/python", "/usr/bin/env"), "utf-8")
    done = subprocess.run((analyze, "verify", str(unit)), capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "yaodian.service" in line] == []
