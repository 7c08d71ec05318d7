"""Whom an AI bot answers, where, and what it reads of what they say."""

import time

import pytest

from bot.channels.wecom_bot.channel import strip_mention
from bot.messages import Action, ActionKind
from bot.people.identities import Identities
from bot.wording import answers as wording
from bot.wording import wecom_app as wording_wecom
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import FakeAssistant, answer, build_bot, running
from tests.support.wecom_bot_server import BotServer, bot_server
from tests.support.wecom_server import FakeWeCom, api_client, web_host

pytest_plugins = "tests.support.wecom_bot_office"


async def test_who_enters_gets_examples_to_press(server: BotServer, database: Database) -> None:
    questions = ("云溪市2025年新建助餐点是多少？", "云溪市2025年有哪些指标？")
    actions = tuple(Action(ActionKind.ASK, q, q) for q in questions)
    handler = FakeAssistant({"/start": [answer("您好。", actions=actions)]})
    async with running(build_bot(handler, server, database), server):
        start = time.monotonic()
        await server.event("enter_chat")
        (welcome,) = await server.until(lambda: server.welcomes)
        assert time.monotonic() - start < 5
        card = welcome["template_card"]
        await server.click("问第 2 题", card)
        await server.texts(1)
    assert "您好。" in card["sub_title_text"]
    assert all(question in card["sub_title_text"] for question in questions)
    assert handler.heard[-1].action == actions[1]


async def test_a_refused_card_is_followed_by_a_welcome_in_words(
    server: BotServer, database: Database
) -> None:
    actions = (Action(ActionKind.ASK, "云溪市2025年有哪些指标？", "q"),)
    handler = FakeAssistant({"/start": [answer("您好。", actions=actions)]})
    server.refuse = lambda f: 40058 if f.get("body", {}).get("msgtype") == "template_card" else 0
    async with running(build_bot(handler, server, database), server):
        await server.event("enter_chat")
        (welcome,) = await server.until(lambda: server.welcomes)
    assert welcome == {"msgtype": "text", "text": {"content": "您好。\n· 云溪市2025年有哪些指标？"}}


async def test_members_groups_and_bots_have_conversations_of_their_own(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("私聊", user="ZhangSan")
        await server.say("@要点通 群一", user="zhangsan", chat="g1")
        await server.say("@要点通 群二", user="zhangsan", chat="g2")
        await server.say("@要点通 别人", user="lisi", chat="g1")
        await server.say("别的机器人", user="zhangsan", aibotid="aib-other")
        await server.until(lambda: len(handler.heard) == 5)
    heard = {m.text: m for m in handler.heard}
    assert set(heard) == {"私聊", "群一", "群二", "别人", "别的机器人"}
    assert len({m.conversation for m in handler.heard}) == 5
    assert heard["私聊"].user == heard["群一"].user == "wecom:zhangsan"
    assert [heard[t].private for t in ("私聊", "群一")] == [True, False]


async def test_quotations_voices_and_mixed_messages_are_read(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    quote = {"msgtype": "text", "text": {"content": "新增500户〔四（十五）〕"}}
    pieces = [
        {"msgtype": "text", "text": {"content": "看图"}},
        {"msgtype": "image", "image": {"url": "http://127.0.0.1/x"}},
    ]
    async with running(build_bot(handler, server, database), server):
        await server.say("这条怎么说", quote=quote)
        await server.send({"msgtype": "voice", "voice": {"content": "语音问"}})
        await server.send({"msgtype": "mixed", "mixed": {"msg_item": pieces}})
        await server.send({"msgtype": "image", "image": {"url": "http://127.0.0.1/x"}})
        assert (await server.texts(4))[-1] == wording.TEXT_ONLY
    assert [m.text for m in handler.heard] == ["这条怎么说", "语音问", "看图", ""]
    assert handler.heard[0].quoted == "新增500户〔四（十五）〕"


async def test_an_id_of_the_bot_is_joined_with_the_person(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    joined = Identities([("wecom:wo7f", "wecom:zhangsan")])
    async with running(build_bot(handler, server, database, identities=joined), server):
        await server.say("问", user="wo7F")
        await server.texts(1, "wo7F")
    assert handler.heard[0].user == "wecom:zhangsan"


async def test_members_are_looked_up_in_the_app_s_address_book(
    server: BotServer, database: Database
) -> None:
    handler, wecom = FakeAssistant(), FakeWeCom()
    wecom.members |= {"zhangsan": {"status": 1, "department": [7]}, "lisi": {"status": 2}}
    wecom.departments = [{"id": 7, "parentid": 1}, {"id": 1}]
    joined = Identities([("wecom:wo7f", "wecom:zhangsan")])
    async with web_host() as host, api_client(host.mount(wecom.routes())) as api:
        bot = build_bot(handler, server, database, identities=joined, members=api.member)
        async with running(bot, server):
            await server.say("问", user="wo7F")
            await server.say("我离开了", user="lisi")
            assert await server.texts(1, "lisi") == [wording_wecom.NOT_ACTIVE]
            await server.texts(1, "wo7F")
    (heard,) = handler.heard
    assert (heard.groups, heard.unread) == (("wecom-dept:7", "wecom-dept:1"), ())


async def test_without_the_app_nothing_is_known_of_a_member_s_groups(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        await server.texts(1)
    assert handler.heard[0].unread == ("wecom-dept", "wecom-tag")


async def test_nulls_and_numbers_where_texts_are_expected_cost_no_message(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    odd = {"chatid": None, "quote": None, "create_time": "1700000000", "response_url": None}
    async with running(build_bot(handler, server, database), server):
        await server.say("问", **odd, **{"from": {"userid": 13800000000, "corpid": None}})
        await server.until(lambda: handler.heard)
    assert handler.heard[0].user == "wecom:13800000000"


async def test_two_bots_of_one_process_share_nothing(server: BotServer, database: Database) -> None:
    all_plans, one_plan = FakeAssistant(), FakeAssistant()
    async with (
        bot_server() as other,
        running(build_bot(all_plans, server, database), server),
        running(build_bot(one_plan, other, database, name="aib-b", plans=("p",)), other),
    ):
        await server.say("问")
        await other.say("问", aibotid="aib-b")
        assert await server.texts(1) == await other.texts(1) == ["答：问"]
    (first,), (second,) = all_plans.heard, one_plan.heard
    assert first.user == second.user
    assert first.conversation != second.conversation
    assert (first.plans, second.plans) == ((), ("p",))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("@要点通 今年目标", "今年目标"),
        ("@要点通\u2005今年目标", "今年目标"),
        ("今年目标 @要点通", "今年目标"),
        ("写信到 office@example.com 吗", "写信到 office@example.com 吗"),
        ("@要点通", ""),
    ],
)
def test_a_mention_is_cut_off(said: str, asked: str) -> None:
    assert strip_mention(said) == asked


async def test_a_bare_mention_asks_what_the_bot_can_do(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("@要点通", chat="g1")
        await server.texts(1, "g1")
    assert handler.heard[0].text == "/start"


async def test_a_limited_bot_says_with_each_message_which_plans_it_knows(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database, plans=("yunxi-2025",)), server):
        await server.say("问")
        await server.texts(1)
    assert handler.heard[0].plans == ("yunxi-2025",)
