"""The WeCom app against a fake platform, over real HTTP in both directions."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.channels.cutting import utf8_bytes
from bot.channels.wecom.api import TEXT_LIMIT_BYTES
from bot.delivery.send_quota import A_MINUTE
from bot.errors import ChannelRefused, FileRefused
from bot.messages import Action, ActionKind, Attachment, Reply, Status
from bot.operations.web_server import build_app, serve
from bot.people.identities import Identities
from bot.wording import answers as wording
from bot.wording import wecom_app as wording_wecom
from knowledge.storage.database import Database
from tests.support.wecom_server import (
    AES_KEY,
    CUT,
    CUT_AFTER,
    SECRET,
    FakeAssistant,
    FakeClock,
    FakeWeCom,
    Host,
    office,
    web_host,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAY = 86_400
LONG = "".join(f"第{n}条，新增养老床位{n}张〔二（{n}）〕。" for n in range(1, 130))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[Host]:
    async with web_host() as host:
        yield host


async def test_a_message_delivered_three_times_is_answered_once(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"今年第几条？": 0.3})) as bot:
        for _ in range(3):  # the later ones while the answer runs
            answer = await bot.phone.say("ZhangSan", "今年第几条？", message_id=42)
            assert (answer.status_code, answer.content) == (200, b"")
            await asyncio.sleep(0.05)
    assert bot.wecom.texts() == ["答：今年第几条？"]


async def test_a_late_delivery_after_the_answer_is_not_answered_again(host: Host) -> None:
    async with office(host, FakeAssistant()) as bot:
        await bot.phone.say("zhangsan", "一", message_id=42)
        await bot.wecom.wait_for_sent(1)
        await bot.phone.say("zhangsan", "一", message_id=42)
    assert bot.wecom.texts() == ["答：一"]


async def test_who_asks_the_same_twice_is_answered_twice(host: Host) -> None:
    async with office(host, FakeAssistant()) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "一")
    assert bot.wecom.texts() == ["答：一", "答：一"]
    assert bot.wecom.suppressed == 0


async def test_the_callback_is_acknowledged_while_the_handler_still_runs(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"慢": 1})) as bot:
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


async def test_a_joined_id_is_the_person_it_belongs_to_and_answered_where_it_wrote(
    host: Host,
) -> None:
    assistant = FakeAssistant()
    joined = Identities([("wecom:lisi2", "wecom:lisi")])
    async with office(host, assistant, identities=joined) as bot:
        await bot.phone.say("LiSi2", "好")
    assert assistant.heard[0].user == "wecom:lisi"
    assert bot.wecom.sent[0]["touser"] == "LiSi2"


async def test_a_long_answer_arrives_whole_in_parts_wecom_does_not_cut(host: Host) -> None:
    answer = LONG[:2600]
    assert utf8_bytes(answer) > 6000
    async with office(host, FakeAssistant(answer)) as bot:
        await bot.phone.say("zhangsan", "全部")
    parts = bot.wecom.texts()
    assert len(parts) == 4
    assert all(utf8_bytes(part) <= TEXT_LIMIT_BYTES for part in parts)
    pages = [f"\n({number}/{len(parts)})" for number in range(1, len(parts) + 1)]
    assert "".join(map(str.removesuffix, parts, pages)) == answer
    for part, page in zip(parts[:-1], pages, strict=False):
        assert part.endswith(f"〕。{page}")  # neither in a figure nor before a label


async def test_what_five_messages_do_not_hold_follows_as_a_file(host: Host) -> None:
    answer = LONG * 4
    async with office(host, FakeAssistant(answer)) as bot:
        await bot.phone.say("zhangsan", "全部")
    kinds = [message["msgtype"] for message in bot.wecom.sent]
    assert kinds == ["text"] * 4 + ["file"]
    texts = bot.wecom.texts()
    assert all(utf8_bytes(text) <= TEXT_LIMIT_BYTES for text in texts)
    assert texts[-1].endswith(f"〕。\n{wording_wecom.REST_IN_FILE}\n(4/4)")
    ((kind, name, content),) = bot.wecom.uploads.values()
    assert (kind, name) == ("file", wording_wecom.WHOLE_FILE)
    assert content.decode("utf-8-sig") == answer


async def test_never_more_than_five_messages_answer_one(host: Host) -> None:
    files = tuple(Attachment(f"{n}.xlsx", b"PK sheet") for n in range(3))
    actions = (Action(ActionKind.ASK, "下一页", "下一页"),)
    reply = Reply(LONG * 4, Status.INFO, attachments=files, actions=actions)
    async with office(host, FakeAssistant(reply)) as bot:
        await bot.phone.say("zhangsan", "全部")
    kinds = [message["msgtype"] for message in bot.wecom.sent]
    assert kinds == ["text", "file", "file", "file", "template_card"]
    assert bot.wecom.texts()[0].endswith(f"〕。\n{wording_wecom.REST_IN_FILE}")


async def test_a_picture_and_a_sheet_are_uploaded_and_sent(host: Host) -> None:
    files = (
        Attachment("指标.png", b"\x89PNG picture", is_picture=True),
        Attachment("指标.xlsx", b"PK sheet"),
    )
    reply = Reply("见图表。", Status.INFO, attachments=files)
    async with office(host, FakeAssistant(reply)) as bot:
        await bot.phone.say("zhangsan", "图")
    assert [message["msgtype"] for message in bot.wecom.sent] == ["text", "image", "file"]
    assert list(bot.wecom.uploads.values()) == [
        ("image", "指标.png", b"\x89PNG picture"),
        ("file", "指标.xlsx", b"PK sheet"),
    ]


async def test_a_file_that_wecom_does_not_take_is_named_and_the_text_still_sent(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    reply = Reply("见表。", Status.INFO, attachments=(Attachment("指标.xlsx", b"PK sheet"),))
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("media/upload", 48002)
    async with office(host, FakeAssistant(reply), wecom, clock) as bot:
        await bot.phone.say("zhangsan", "表")
    assert bot.wecom.texts() == ["见表。", wording_wecom.FILE_NOT_SENT.format(name="指标.xlsx")]
    assert "48002" in caplog.text


async def test_messages_of_one_user_keep_their_order_while_others_go_on(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"一": 0.3, "二": 0.1})) as bot:
        for text in ("一", "二", "三"):
            await bot.phone.say("zhangsan", text)
        await bot.phone.say("lisi", "急")
        await bot.wecom.wait_for_sent(1)
        assert bot.wecom.texts() == ["答：急"]
    assert bot.wecom.texts("zhangsan") == ["答：一", "答：二", "答：三"]


async def test_entering_is_welcomed_once_a_day(host: Host) -> None:
    assistant = FakeAssistant("您好", "又见面了")
    async with office(host, assistant) as bot:
        for at in (0, 60, 120, DAY, DAY + 60):
            await bot.phone.enter("zhangsan", 1_700_000_000 + at)
    assert bot.wecom.texts() == ["您好", "又见面了"]
    assert [message.text for message in assistant.heard] == ["/start", "/start"]


@pytest.mark.parametrize("key", ["/start", "/targets", "/plans", "/clear", "/help"])
async def test_a_click_in_the_menu_types_its_command(host: Host, key: str) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.click("zhangsan", key)
        await bot.phone.click("zhangsan", key)  # the same event, delivered again
    assert [message.text for message in assistant.heard] == [key]


@pytest.mark.parametrize(
    "event",
    ["<Event>subscribe</Event>", "<Event>click</Event><EventKey>#sendmsg#_0_0#7</EventKey>"],
)
async def test_other_events_are_met_with_silence(host: Host, event: str) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        answer = await bot.phone.post("zhangsan", "event", event)
        assert (answer.status_code, answer.content) == (200, b"")
    assert (bot.wecom.sent, assistant.heard) == ([], [])


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("image", "图片我还看不懂"),
        ("voice", "长按语音转成文字"),
        ("video", "视频我还看不懂"),
        ("location", "不按位置查找"),
        ("link", "链接我打不开"),
    ],
)
async def test_what_is_not_text_is_answered_with_what_to_do(
    host: Host, kind: str, word: str
) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.post("zhangsan", kind, "<MediaId>m1</MediaId>")
    (said,) = bot.wecom.texts()
    assert word in said
    assert [message.canned for message in assistant.heard] == [said]  # the door decides


async def test_recognised_speech_is_a_question(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.post("zhangsan", "voice", "<Recognition>今年的目标</Recognition>")
    assert [message.text for message in assistant.heard] == ["今年的目标"]


FILE = "<MediaId>m1</MediaId><FileName><![CDATA[要点.docx]]></FileName>"


async def test_a_file_is_handed_on_and_fetched_only_when_it_is_wanted(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        bot.wecom.media["m1"] = ("要点.docx", b"PK plan")
        await bot.phone.post("zhangsan", "file", FILE)
        await bot.wecom.wait_for_sent(1)
        file = assistant.heard[0].file
        assert file is not None
        assert file.name == "要点.docx"
        assert bot.wecom.calls["media/get"] == 0
        bot.wecom.script("media/get", 42001)
        assert await file.fetch() == b"PK plan"


@pytest.mark.parametrize(
    ("faults", "size", "word"),
    [((40007,), 3, "只保留三天"), ((CUT,), 3, "过一会儿"), ((), 20_000_001, "超过 20 MB")],
)
async def test_a_file_that_cannot_be_fetched_says_what_to_do(
    host: Host, faults: tuple[int | str, ...], size: int, word: str
) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        bot.wecom.media["m1"] = ("要点.docx", b"x" * size)
        bot.wecom.script("media/get", *faults)
        await bot.phone.post("zhangsan", "file", FILE)
        await bot.wecom.wait_for_sent(1)
        file = assistant.heard[0].file
        assert file is not None
        with pytest.raises(FileRefused, match=word):
            await file.fetch()


async def test_a_failing_handler_is_logged_and_apologised_for(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(host, FakeAssistant(RuntimeError("boom"), "好")) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == [wording.SORRY, "好"]
    assert "boom" in caplog.text


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("gettoken", CUT),
        ("gettoken", CUT_AFTER),
        ("gettoken", -1),
        ("message/send", CUT),
        ("message/send", CUT_AFTER),
        ("message/send", 42001),
        ("message/send", 40014),
        ("message/send", 45009),
        ("message/send", 45033),
        ("user/get", CUT),
        ("tag/list", CUT_AFTER),
        ("media/upload", CUT),
        ("media/upload", CUT_AFTER),
        ("media/upload", 42001),
    ],
)
async def test_an_answer_is_sent_once_whatever_fails_on_the_way(
    host: Host, path: str, fault: int | str
) -> None:
    clock = FakeClock()
    wecom = FakeWeCom(clock).script(path, fault, *((fault,) if fault == CUT else ()))
    reply = Reply("好", Status.ANSWERED, attachments=(Attachment("指标.xlsx", b"PK sheet"),))
    async with office(host, FakeAssistant(reply), wecom, clock) as bot:
        await bot.phone.say("zhangsan", "一")
    assert [message["msgtype"] for message in bot.wecom.sent] == ["text", "file"]
    assert bot.wecom.texts() == ["好"]


async def test_an_answer_waits_out_a_platform_that_is_away_for_minutes(host: Host) -> None:
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("message/send", *([-1] * 7))
    async with office(host, FakeAssistant(), wecom, clock) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == ["答：一", "答：二"]
    assert sum(clock.pauses) == 120


async def test_an_undelivered_answer_is_logged_and_the_next_one_sent(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("message/send", 60020)
    async with office(host, FakeAssistant(LONG), wecom, clock) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    assert bot.wecom.texts() == ["答：二"]
    assert "企业可信IP" in caplog.text


async def test_a_member_gets_below_thirty_messages_a_minute_and_all_of_them(host: Host) -> None:
    clock = FakeClock()
    async with office(host, FakeAssistant(), clock=clock) as bot:
        for number in range(60):
            await bot.phone.say("zhangsan", str(number))
    assert bot.wecom.texts() == [f"答：{number}" for number in range(60)]
    assert bot.wecom.dropped == []
    times = [message["at"] for message in bot.wecom.sent]
    assert max(sum(at <= t < at + 60 for t in times) for at in times) == A_MINUTE < 30


async def test_a_member_who_left_is_refused_and_a_disabled_one_too(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        bot.wecom.members |= {"lisi": {"status": 5}, "wangwu": {"status": 1}}
        await bot.phone.say("LiSi", "好")
        await bot.phone.say("wangwu", "好")
    assert bot.wecom.texts("LiSi") == [wording_wecom.NOT_ACTIVE]
    assert [message.user for message in assistant.heard] == ["wecom:wangwu"]


async def test_a_question_carries_the_departments_and_tags_of_who_asks(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        bot.wecom.members["lisi"] = {"status": 1, "department": [5]}
        bot.wecom.departments += [{"id": 5, "parentid": 2}, {"id": 2, "parentid": 1}]
        bot.wecom.tags[7] = {"userlist": [{"userid": "LiSi"}], "partylist": []}
        await bot.phone.say("lisi", "好")
    groups = ("wecom-dept:5", "wecom-dept:2", "wecom-dept:1", "wecom-tag:7")
    assert (assistant.heard[0].groups, assistant.heard[0].unread) == (groups, ())


async def test_a_question_says_so_where_the_address_book_cannot_be_read(host: Host) -> None:
    assistant = FakeAssistant()
    async with office(host, assistant) as bot:
        await bot.phone.say("lisi", "好")
    assert assistant.heard[0].unread == ("wecom-dept", "wecom-tag")


async def test_an_answer_in_the_making_is_still_sent_after_the_stop(host: Host) -> None:
    async with office(host, FakeAssistant(seconds={"慢": 0.3})) as bot:
        await bot.phone.say("zhangsan", "慢")
        while not (await asyncio.to_thread(bot.inbox.waiting)):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        bot.stop.set()
        await bot.wecom.wait_for_sent(1)
        assert (await bot.phone.say("zhangsan", "太晚")).status_code == 200
        assert await asyncio.to_thread(bot.inbox.waiting) >= 1  # for the next process
    assert bot.wecom.texts() == ["答：慢"]


async def test_what_cannot_be_kept_is_answered_503_so_that_wecom_repeats_it(
    host: Host,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.wecom_app.channel.KEEP_SECONDS", 0.2)
    database = Database(tmp_path / "bot.sqlite3")
    async with office(host, FakeAssistant(), database=database) as bot:
        other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert (await bot.phone.say("zhangsan", "好", message_id=1)).status_code == 503
        other.execute("ROLLBACK")
        other.close()
        assert (await bot.phone.say("zhangsan", "好", message_id=1)).status_code == 200
    database.close()
    assert bot.wecom.texts() == ["答：好"]
    assert "企业微信会再发一次" in caplog.text


async def test_no_log_holds_the_secret_or_a_token(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = FakeClock()
    wecom = FakeWeCom(clock).script("message/send", 42001, 45009, CUT, 60020)
    async with office(host, FakeAssistant(), wecom.script("gettoken", -1), clock) as bot:
        await bot.phone.say("zhangsan", "一")
        await bot.phone.say("zhangsan", "二")
    # The platform's server logs what it is called with; that is not our log.
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("uvicorn")]
    assert any("45009" in line for line in ours)
    assert not [line for line in ours if SECRET in line or "token-" in line or AES_KEY in line]


async def test_the_question_itself_is_in_no_log(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(host, FakeAssistant(RuntimeError("boom"))) as bot:
        await bot.phone.say("zhangsan", "不便示人的问题")
    assert "不便示人" not in caplog.text


async def test_health_is_answered(host: Host) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{host.url}/health")).status_code == 200


async def test_a_taken_port_is_refused_by_the_name_of_its_setting(host: Host) -> None:
    port = int(host.url.rsplit(":", 1)[1])
    with pytest.raises(ChannelRefused, match="YAODIAN_WEB_PORT"):
        await serve(build_app([]), "127.0.0.1", port, asyncio.Event())
