"""The types of settings: the reading of each text, and its conditions.

A validator's words are Chinese, for whoever set the value, and never hold it.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from bot.people.identities import IDENTITY

AES_KEY_CHARS = 43  # base64 of 32 bytes without its padding, as WeCom's console prints it
PROXY = re.compile(r"(?:https?|socks5h?)://\S+")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API, setWebhook


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts between commas of either width."""
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def _split_names(value: object) -> object:
    return _parts(value) if isinstance(value, str) else value


def _split_identities(value: object) -> object:
    """WeCom compares its ids in lower case."""
    return _parts(value.lower()) if isinstance(value, str) else value


def _check_identities(value: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a malformed identity: it would silently match nobody."""
    if not all(IDENTITY.fullmatch(part) for part in value):
        raise ValueError(
            "每一项写作 telegram:数字、wecom:账号、wecom-dept:部门编号 或 wecom-tag:标签编号，"
            "用逗号隔开"
        )
    return value


def _split_joined(value: object) -> object:
    """Turn "telegram:1=wecom:a, wecom:b=wecom:c" into pairs; one id joins one person."""
    if not isinstance(value, str):
        return value
    pairs = [_joined(part) for part in _parts(value.replace("＝", "="))]
    if len({alias for alias, _ in pairs}) < len(pairs):
        raise ValueError("同一个账号只能对应一个人，请删去重复的一项")
    return tuple(pairs)


def _joined(part: str) -> tuple[str, str]:
    """Return the two ids of "wecom:b=wecom:c", in lower case."""
    alias, _, person = part.lower().partition("=")
    pair = alias.strip(), person.strip()
    if any(not id_.startswith(("telegram:", "wecom:")) or id_.endswith(":") for id_ in pair):
        raise ValueError("每一项写作 wecom:机器人里的账号=wecom:通讯录账号，用逗号隔开")
    return pair


def _check_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("地址应以 http:// 或 https:// 开头")
    return value


def _check_socket_address(value: str) -> str:
    if not value.startswith(("ws://", "wss://")):
        raise ValueError("地址应以 wss:// 或 ws:// 开头")
    return value


def _check_proxy(value: SecretStr) -> SecretStr:
    if not PROXY.match(value.get_secret_value()):
        raise ValueError("代理应以 http://、https://、socks5:// 或 socks5h:// 开头")
    return value


def _check_webhook_secret(value: SecretStr) -> SecretStr:
    if not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("只能用字母、数字、_ 和 -，最多 256 个字符")
    return value


def _check_aes_key(value: SecretStr) -> SecretStr:
    """Refuse a key of the wrong length before the first callback fails on it."""
    if len(value.get_secret_value()) != AES_KEY_CHARS:
        raise ValueError(f"EncodingAESKey 应为 {AES_KEY_CHARS} 个字符")
    return value


def _check_database_address(value: SecretStr) -> SecretStr:
    """Refuse another database before anything is asked of it."""
    if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("应写作 postgresql://用户:密码@主机:端口/库名")
    return value


def _check_headers(value: SecretStr) -> SecretStr:
    if not all(":" in part for part in value.get_secret_value().split(";") if part):
        raise ValueError("应写作 名称: 值，多个之间用分号隔开")
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_names)]
IdentityPairs = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_split_identities),
    AfterValidator(_check_identities),
]
Joined = Annotated[tuple[tuple[str, str], ...], NoDecode, BeforeValidator(_split_joined)]
Address = Annotated[str, AfterValidator(_check_address)]
SocketAddress = Annotated[str, AfterValidator(_check_socket_address)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_check_database_address)]
Proxy = Annotated[SecretStr, AfterValidator(_check_proxy)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_check_webhook_secret)]
AesKey = Annotated[SecretStr, AfterValidator(_check_aes_key)]
HeaderPairs = Annotated[SecretStr, AfterValidator(_check_headers)]
