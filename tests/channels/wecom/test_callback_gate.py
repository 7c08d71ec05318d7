"""What the callback address of the WeCom app refuses before anybody reads it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.channels.wecom.crypto import CallbackSeal
from bot.wording import wecom_app as wording_wecom
from tests.support.wecom_server import (
    AES_KEY,
    PATH,
    SEAL,
    TOKEN,
    FakeAssistant,
    Host,
    message_xml,
    office,
    signed,
    web_host,
)

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<xml><FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><Content>&b;</Content></xml>"
)
OUTSIDE = (
    '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    "<xml><FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><Content>&a;</Content></xml>"
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[Host]:
    async with web_host() as host:
        yield host


async def test_saving_the_address_is_confirmed_with_the_bare_echo(host: Host) -> None:
    encrypted = SEAL.encrypt("1616140317555161061")
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.get(PATH, params=signed(encrypted) | {"echostr": encrypted})
        assert (answer.status_code, answer.content) == (200, b"1616140317555161061")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_signature_is_answered_403_and_nothing_else(host: Host, method: str) -> None:
    encrypted = SEAL.encrypt("<xml/>")
    query = signed(encrypted) | {"echostr": encrypted, "msg_signature": "0" * 40}
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.request(method, PATH, params=query, content=body)
        assert (answer.status_code, answer.content) == (403, b"")


async def test_a_signature_does_not_fit_another_body(host: Host) -> None:
    assistant, query = FakeAssistant(), signed(SEAL.encrypt(message_xml("zhangsan", "text")))
    body = f"<xml><Encrypt>{SEAL.encrypt(message_xml('lisi', 'text'))}</Encrypt></xml>"
    async with office(host, assistant) as bot:
        answer = await bot.phone.client.post(PATH, params=query, content=body)
        assert answer.status_code == 403
    assert assistant.heard == []


async def test_a_message_for_another_company_is_answered_403(host: Host) -> None:
    other = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "ww0000000000000000")
    async with office(host, FakeAssistant()) as bot:
        assert (await bot.phone.post_xml("<xml/>", other)).status_code == 403


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xff\xfe\x00", b"<xml/>", b"<xml>"])
async def test_a_body_that_is_no_envelope_is_answered_403(host: Host, body: bytes) -> None:
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.post(PATH, params=signed(""), content=body)
        assert (answer.status_code, answer.content) == (403, b"")


async def test_a_body_of_ten_megabytes_is_refused_even_when_it_is_signed(host: Host) -> None:
    assistant, encrypted = FakeAssistant(), SEAL.encrypt(message_xml("zhangsan", "text"))
    body = f"<xml><Encrypt>{encrypted}</Encrypt><Rest>{'x' * 10_000_000}</Rest></xml>"
    async with office(host, assistant) as bot:
        answer = await bot.phone.client.post(PATH, params=signed(encrypted), content=body)
        assert (answer.status_code, answer.content) == (403, b"")
    assert assistant.heard == []


async def test_a_body_that_never_ends_is_given_up(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom.callback_gate.READ_SECONDS", 0.2)

    async def drip() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.sleep(1)
        yield b"</xml>"

    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.post(PATH, params=signed(""), content=drip())
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "xml",
    [BOMB, OUTSIDE, "garbage", "<xml/>", message_xml("", "text"), "<xml>&#0;</xml>"],
    ids=["bomb", "outside", "garbage", "empty", "nobody", "control"],
)
async def test_even_a_signed_message_must_be_one(host: Host, xml: str) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        assert (await bot.phone.post_xml(xml)).status_code == 403
    assert assistant.heard == []


async def test_an_entity_bomb_in_the_envelope_itself_is_refused(host: Host) -> None:
    encrypted = SEAL.encrypt(message_xml("zhangsan", "text"))
    body = f'<!DOCTYPE xml [<!ENTITY e "{encrypted}">]><xml><Encrypt>&e;</Encrypt></xml>'
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.post(PATH, params=signed(encrypted), content=body)
        assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("hours", [-25, 25, None])
async def test_an_envelope_of_another_day_is_refused(
    host: Host, hours: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    encrypted = SEAL.encrypt(message_xml("zhangsan", "text"))
    query = signed(encrypted, at=0 if hours is None else time.time() + hours * 3600)
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.client.post(PATH, params=query, content=body)
        assert answer.status_code == 403
    assert "校准服务器的时钟" in caplog.text


async def test_a_replayed_body_is_acknowledged_and_answered_once(host: Host) -> None:
    encrypted = SEAL.encrypt(
        message_xml("zhangsan", "text", "<Content>一</Content><MsgId>7</MsgId>")
    )
    query, body = signed(encrypted), f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    async with office(host, FakeAssistant()) as bot:
        for _ in range(3):
            answer = await bot.phone.client.post(PATH, params=query, content=body)
            assert (answer.status_code, answer.content) == (200, b"")
    assert bot.wecom.texts() == ["答：一"]


async def test_a_flood_is_answered_429_which_wecom_repeats(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.channels.wecom.callback_gate.BURST", 2)
    monkeypatch.setattr("bot.channels.wecom.callback_gate.BURST_SECONDS", 3600.0)
    async with office(host, FakeAssistant()) as bot:
        codes = [(await bot.phone.say("zhangsan", str(n))).status_code for n in range(4)]
    assert codes == [200, 200, 429, 429]
    assert bot.wecom.texts() == ["答：0", "答：1"]
    assert caplog.text.count(wording_wecom.TOO_MANY) == 1
