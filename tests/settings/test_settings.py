import os
import re
from pathlib import Path

import pytest

from bot.errors import BadSettings
from bot.people.identities import Identities
from bot.settings.settings import Settings, load_settings

WECOM = {
    "YAODIAN_WECOM_CORP_ID": "ww1",
    "YAODIAN_WECOM_AGENT_ID": "1000002",
    "YAODIAN_WECOM_SECRET": "hidden-secret",
    "YAODIAN_WECOM_TOKEN": "hidden-token",
    "YAODIAN_WECOM_AES_KEY": "k" * 43,
}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start in an empty folder, with none of our settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, **said: str) -> Settings:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_with_nothing_set_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.data == Path("data")
    assert (settings.admins, settings.leaders, settings.staff) == ((), (), ())
    assert settings.telegram_token is None
    assert settings.wecom is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YAODIAN_WEB_PORT", "seventy-one"),
        ("YAODIAN_WEB_PORT", "70000"),
        ("YAODIAN_WEB_PORT", "-5"),
        ("YAODIAN_LOG_LEVEL", "LOUDEST"),
        ("YAODIAN_ADMINS", "zhangsan"),
        ("YAODIAN_LEADERS", "telegram:1, zhangsan"),
        ("YAODIAN_STAFF", "wecom:zhangsan,lisi"),
        ("YAODIAN_STAFF", "sms:135000"),
        ("YAODIAN_IDENTITIES", "wecom:wo7f"),
        ("YAODIAN_IDENTITIES", "wo7f=wecom:zhangsan"),
        ("YAODIAN_IDENTITIES", "wecom:a=wecom:b, wecom:A=wecom:c"),
        ("YAODIAN_WECOM_AGENT_ID", "agent-seven"),
        ("YAODIAN_WECOM_AES_KEY", "tooshortakey"),
        ("YAODIAN_WECOM_PATH", "callback-path"),
        ("YAODIAN_WECOM_BASE_URL", "qyapi-example"),
        ("YAODIAN_TELEGRAM_BASE_URL", "api-example"),
        ("YAODIAN_EMBEDDING_BASE_URL", "llm-example"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    said = WECOM | {name: value} if name.startswith("YAODIAN_WECOM") else {name: value}
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, **said)
    assert name in str(caught.value)
    assert value not in str(caught.value)
    assert value not in str(caught.value.__cause__)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["wecom:", "telegram", ":5", "*"])
def test_an_identity_without_its_two_halves_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with pytest.raises(BadSettings, match="YAODIAN_STAFF"):
        load(monkeypatch, YAODIAN_STAFF=value)


def test_all_wrong_settings_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"YAODIAN_WEB_PORT": "x", "YAODIAN_LOG_LEVEL": "x", "YAODIAN_STAFF": "x"}
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, **wrong)
    assert all(name in str(caught.value) for name in wrong)


def test_half_a_wecom_configuration_is_named_next_to_another_wrong_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, YAODIAN_WECOM_CORP_ID="ww1", YAODIAN_LOG_LEVEL="LOUDEST")
    assert "YAODIAN_LOG_LEVEL" in str(caught.value)
    assert "YAODIAN_WECOM_SECRET" in str(caught.value)


@pytest.mark.parametrize("missing", WECOM)
def test_half_a_wecom_configuration_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    said = {name: value for name, value in WECOM.items() if name != missing}
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, **said)
    assert missing in str(caught.value)
    assert not any(name in str(caught.value) for name in said)
    assert not any(value in str(caught.value) for value in said.values())


def test_a_whole_wecom_configuration_hides_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **WECOM)
    assert settings.wecom is not None
    assert settings.wecom.agent_id == 1000002
    assert settings.wecom.secret.get_secret_value() == "hidden-secret"
    assert "hidden" not in f"{settings!r}{settings.wecom!r}"


@pytest.mark.parametrize(
    ("said", "identities"),
    [
        ("telegram:1,wecom:*", ("telegram:1", "wecom:*")),
        (" telegram:1 ， wecom:ZhangSan ,", ("telegram:1", "wecom:zhangsan")),
        ("", ()),
    ],
)
def test_identities_are_parted_by_commas_of_either_width(
    monkeypatch: pytest.MonkeyPatch, said: str, identities: tuple[str, ...]
) -> None:
    assert load(monkeypatch, YAODIAN_STAFF=said).staff == identities


def test_ids_of_one_person_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "wecom:Wo7F=wecom:ZhangSan， telegram:7 ＝ wecom:lisi,"
    joined = Identities(load(monkeypatch, YAODIAN_IDENTITIES=said).identities)
    assert joined.person("wecom:wo7f") == "wecom:zhangsan"
    assert joined.person("telegram:7") == "wecom:lisi"
    assert joined.person("wecom:LiSi") == "wecom:lisi"


def test_a_file_named_env_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text(
        "# 云溪市\nYAODIAN_DATA=from-file\nYAODIAN_WEB_PORT=8123\nOTHER=1\n", encoding="utf-8"
    )
    settings = load(monkeypatch, YAODIAN_DATA="from-environment")
    assert settings.data == Path("from-environment")
    assert settings.web_port == 8123


@pytest.mark.parametrize(
    "name", ["YAODIAN_TELEGRAM_TOKEN", "YAODIAN_WECOM_SECRET", "YAODIAN_WECOM_AGENT_ID"]
)
def test_a_setting_left_empty_is_not_set(name: str) -> None:
    Path(".env").write_text(f"{name}=\n", encoding="utf-8")
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.wecom is None


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("YAODIAN_WEB_PORT", "abc", "应为整数"),
        ("YAODIAN_WEB_PORT", "70000", "应不大于 65535"),
        ("YAODIAN_QUESTIONS_A_MINUTE", "0", "应不小于 1"),
        ("YAODIAN_MODEL_TOTAL_SECONDS", "0", "应大于 0"),
        ("YAODIAN_MODEL_TOTAL_SECONDS", "soon", "应为数字"),
        ("YAODIAN_LOG_LEVEL", "LOUD", "应为 DEBUG、INFO、WARNING、ERROR 之一"),
        ("YAODIAN_LOG_FORMAT", "xml", "应为 'text' 或 'json'"),
        ("YAODIAN_WECOM_MEMBERS_ARE_STAFF", "perhaps", "应为 true 或 false"),
        ("YAODIAN_STAFF", "wecom-dept:总部", "wecom-dept:部门编号"),
    ],
)
def test_what_a_setting_should_be_is_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, **{name: value})
    assert str(caught.value).startswith(f"设置有误：{name} ")
    assert said in str(caught.value)
    assert not re.search("[Ii]nput|should|valid|Value", str(caught.value))


def test_departments_and_tags_can_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "wecom-dept:2，WeCom-Tag:5"
    assert load(monkeypatch, YAODIAN_LEADERS=said).leaders == ("wecom-dept:2", "wecom-tag:5")


def test_a_file_named_env_in_another_encoding_is_said_so() -> None:
    Path(".env").write_bytes("# 设置\nYAODIAN_DATA=数据\n".encode("gb18030"))
    with pytest.raises(BadSettings, match=".env 不是 UTF-8"):
        load_settings()
