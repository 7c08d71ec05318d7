"""The WeCom app against a fake platform, over real HTTP in both directions."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from wecom_server import (
    AES_KEY,
    PATH,
    SEAL,
    SECRET,
    TOKEN,
    FakeAssistant,
    FakeClock,
    FakeWeCom,
    Host,
    api_client,
    message_xml,
    office,
    signed,
    web_host,
)

from bot import wording
from bot.channels.text import utf8_bytes
from bot.channels.wecom_api import MEMBER_LIMIT, TEXT_LIMIT_BYTES
from bot.channels.wecom_crypto import CallbackSeal
from bot.errors import ChannelRefused, ChannelUnavailable
from bot.web import build_app, serve

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<xml><FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><Content>&b;</Content></xml>"
)
WELCOME = wording.WELCOME.format(example=wording.WELCOME_EXAMPLE)

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


@pytest.mark.parametrize("xml", [BOMB, "garbage", "<xml/>"], ids=["bomb", "garbage", "empty"])
async def test_even_a_signed_message_must_be_one(host: Host, xml: str) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        assert (await bot.phone.post_xml(xml)).status_code == 403
    assert assistant.heard == []


async def test_a_message_delivered_three_times_is_answered_once(host: Host) -> None:
    async with office(host, FakeAssistant()) as bot:
        for _ in range(3):
            answer = await bot.phone.say("ZhangSan", "今年第几条？", message_id=42)
            assert (answer.status_code, answer.content) == (200, b"")
    assert bot.wecom.texts() == ["答：今年第几条？"]


async def test_after_ten_minutes_a_key_is_forgotten(host: Host) -> None:
    clock = FakeClock()
    async with office(host, FakeAssistant(), clock=clock) as bot:
        await bot.phone.say("zhangsan", "好", message_id=42)
        clock.now += 601
        await bot.phone.say("zhangsan", "好", message_id=42)
    assert len(bot.wecom.sent) == 2


async def test_the_callback_is_acknowledged_while_the_handler_still_runs(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"慢": 2})) as bot:
        began = time.perf_counter()
        answer = await bot.phone.say("zhangsan", "慢")
        assert (answer.status_code, answer.content) == (200, b"")
        assert time.perf_counter() - began < 0.5
        assert bot.wecom.sent == []
    assert bot.wecom.texts() == ["答：慢"]


async def test_the_person_is_known_in_lower_case_and_answered_as_written(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.say("ZhangSan", "好")
    (message,) = assistant.heard
    assert (message.user, message.conversation) == ("wecom:zhangsan", "wecom:zhangsan")
    assert message.private
    assert bot.wecom.sent[0]["touser"] == "ZhangSan"
    assert bot.wecom.sent[0]["enable_duplicate_check"] == 1


async def test_a_long_answer_arrives_whole_in_parts_wecom_does_not_cut(host: Host) -> None:
    answer = "".join(f"第{number}条，全市规模以上工业增加值要继续增长。" for number in range(100))
    assert utf8_bytes(answer) > 6000
    async with office(host, FakeAssistant(answer)) as bot:
        await bot.phone.say("zhangsan", "全部")
    parts = bot.wecom.texts()
    assert all(utf8_bytes(part) <= TEXT_LIMIT_BYTES for part in parts)
    pages = (f"\n({number}/{len(parts)})" for number in range(1, len(parts) + 1))
    assert "".join(map(str.removesuffix, parts, pages)) == answer


async def test_messages_of_one_user_keep_their_order_while_others_go_on(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"一": 0.3, "二": 0.1})) as bot:
        for text in ("一", "二", "三"):
            await bot.phone.say("zhangsan", text)
        await bot.phone.say("lisi", "急")
        assert await bot.wecom.wait_for_texts(1) == ["答：急"]
    assert bot.wecom.texts("zhangsan") == ["答：一", "答：二", "答：三"]


async def test_entering_is_welcomed_once_a_day_and_without_the_handler(host: Host) -> None:
    clock, assistant = FakeClock(), FakeAssistant()
    async with office(host, assistant, clock=clock) as bot:
        for hours in (0, 23, 2):
            clock.now += hours * 3600
            await bot.phone.post("zhangsan", "event", "<Event>enter_agent</Event>")
    assert bot.wecom.texts() == [WELCOME, WELCOME]
    assert assistant.heard == []


async def test_other_events_are_met_with_silence(host: Host) -> None:
    async with office(host, FakeAssistant()) as bot:
        answer = await bot.phone.post("zhangsan", "event", "<Event>subscribe</Event>")
        assert (answer.status_code, answer.content) == (200, b"")
    assert bot.wecom.sent == []


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link", "file"])
async def test_what_is_not_text_is_answered_with_what_is_understood(host: Host, kind: str) -> None:
    async with office(host, FakeAssistant()) as bot:
        await bot.phone.post("zhangsan", kind, "<MediaId>m1</MediaId>")
    assert bot.wecom.texts() == [wording.TEXT_ONLY]


async def test_recognised_speech_is_a_question(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.post("zhangsan", "voice", "<Recognition>今年的目标</Recognition>")
    assert [message.text for message in assistant.heard] == ["今年的目标"]


async def test_a_failing_handler_is_logged_and_apologised_for(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(host, FakeAssistant(RuntimeError("boom"), "好")) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == [wording.SORRY, "好"]
    assert "boom" in caplog.text


async def test_an_expired_token_is_renewed_once(host: Host) -> None:
    wecom = FakeWeCom(0, 42001)
    async with office(host, FakeAssistant(), wecom) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == ["答：一", "答：二"]
    assert (wecom.tokens_given, wecom.sends_tried) == (2, 3)


async def test_a_token_is_renewed_before_it_runs_out(host: Host) -> None:
    clock, wecom = FakeClock(), FakeWeCom()
    async with api_client(host.mount(wecom.routes()), clock) as api:
        for _ in range(2):
            await api.send_text("zhangsan", "好")
            clock.now += 7000
    assert wecom.tokens_given == 2


async def test_sends_at_the_same_time_share_one_token(host: Host) -> None:
    wecom = FakeWeCom()
    async with api_client(host.mount(wecom.routes())) as api:
        await asyncio.gather(*(api.send_text(f"user{number}", "好") for number in range(10)))
    assert (wecom.tokens_given, len(wecom.sent)) == (1, 10)


@pytest.mark.parametrize("code", [-1, 45009, 45033])
async def test_a_busy_platform_is_asked_again_later(host: Host, code: int) -> None:
    clock = FakeClock()
    async with office(host, FakeAssistant(), FakeWeCom(code, code), clock) as bot:
        await bot.phone.say("zhangsan", "好")
    assert bot.wecom.texts() == ["答：好"]
    assert clock.pauses == [1, 2]


async def test_a_platform_out_of_reach_is_given_up_after_four_tries() -> None:
    clock = FakeClock()
    async with api_client("http://127.0.0.1:1", clock) as api:
        with pytest.raises(ChannelUnavailable, match="YAODIAN_WECOM_BASE_URL"):
            await api.send_text("zhangsan", "好")
    assert clock.pauses == [1, 2, 4]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (40001, "YAODIAN_WECOM_SECRET"),
        (60020, "企业可信IP"),
        (81013, "可见范围"),
        (60011, "可见范围"),
        (301002, "YAODIAN_WECOM_AGENT_ID"),
        (48002, "自建应用"),
    ],
)
async def test_a_refusal_says_what_to_set_where(host: Host, code: int, advice: str) -> None:
    clock, wecom = FakeClock(), FakeWeCom(code, code, code)
    async with api_client(host.mount(wecom.routes()), clock) as api:
        with pytest.raises(ChannelRefused, match=advice) as refusal:
            await api.send_text("zhangsan", "好")
    assert "\n" not in str(refusal.value)
    assert (clock.pauses, wecom.sent) == ([], [])


async def test_a_member_is_sent_fewer_than_thirty_messages_a_minute(host: Host) -> None:
    clock, wecom = FakeClock(), FakeWeCom()
    async with api_client(host.mount(wecom.routes()), clock) as api:
        for number in range(2 * MEMBER_LIMIT + 1):
            await api.send_text("zhangsan", f"{number}")
        await api.send_text("lisi", "好")
    assert clock.pauses == [60, 60]
    assert len(wecom.sent) == 2 * MEMBER_LIMIT + 2


async def test_an_undelivered_answer_is_logged_and_the_next_one_sent(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(host, FakeAssistant(), FakeWeCom(60020)) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == ["答：二"]
    assert "企业可信IP" in caplog.text


async def test_an_answer_in_the_making_is_still_sent_after_the_stop(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"慢": 0.3})) as bot:
        await bot.phone.say("zhangsan", "慢")
        bot.stop.set()
        await asyncio.sleep(0)
        assert (await bot.phone.say("zhangsan", "太晚")).status_code == 503
    assert bot.wecom.texts() == ["答：慢"]


async def test_no_log_holds_the_secret_or_a_token(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wecom = FakeWeCom(42001, 45009, 60020, token_codes=(-1,))
    async with office(host, FakeAssistant(), wecom) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    # The platform's server logs what it is called with; that is not our log.
    ours = [line.getMessage() for line in caplog.records if line.name != "uvicorn.access"]
    assert any("45009" in line for line in ours)
    assert not [line for line in ours if SECRET in line or "token-" in line or AES_KEY in line]


async def test_health_is_answered(host: Host) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{host.url}/health")).json() == {"status": "ok"}


async def test_a_taken_port_is_refused_by_the_name_of_its_setting(host: Host) -> None:
    port = int(host.url.rsplit(":", 1)[1])
    with pytest.raises(ChannelRefused, match="YAODIAN_WEB_PORT"):
        await serve(build_app([]), "127.0.0.1", port, asyncio.Event())
