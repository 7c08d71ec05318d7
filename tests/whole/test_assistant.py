"""From a message to its reply, over the real sample library."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.generation.model import ModelMessage
from bot.messages import Message, Reply, Statement, Status
from bot.people.rights import Access
from bot.presentation.rendering import render
from bot.presentation.replies import check
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord, Role
from knowledge.storage.database import Database
from knowledge.storage.notes import Notes
from knowledge.storage.schema import tables
from tests.support.bot_fixtures import SECRETS, ask, cited, record, section

pytest_plugins = ["tests.support.bot_fixtures"]

TITLES = ("2025年云溪市民政工作要点", "云溪市民政局2024年工作要点", "2023年全市民政工作要点")


@pytest.mark.parametrize(
    ("question", "says", "source"),
    [
        ("2025年居家适老化改造多少户", "1000户", ("yunxi-2025.txt", "二（一）1")),
        ("云溪2024年适老化改造要做几户", "800户", ("yunxi-2024.txt", "三（一）")),
        ("2023年适老化改造几户", "600户", ("yunxi-2023.txt", "二（一）6")),
        ("２０２４年適老化改造多少戶", "800户", ("yunxi-2024.txt", "三（一）")),
        ("23年农村低保标准是多少钱", "690元", ("yunxi-2023.txt", "一（一）1")),
        ("2024年给独居老人装多少户夜灯", "1200户", ("yunxi-2024.txt", "三（四）")),
        ("2025年慈善款物要募集多少万元", "5600万元", ("yunxi-2025.txt", "四（三）")),
        ("2025年护理员持证率要到百分之几", "85%", ("yunxi-2025.txt", "二（三）")),
        ("2023年婚姻档案什么时候补录完", "10月底前", ("yunxi-2023.txt", "五21")),
        ("2025年临时救助备用金每个镇街多少", "10万元", ("yunxi-2025.txt", "一（二）")),
    ],
)
async def test_the_figure_comes_with_the_number_of_its_section(
    sample_assistant: Assistant, question: str, says: str, source: tuple[str, str]
) -> None:
    reply = await ask(sample_assistant, question)
    assert reply.status is Status.ANSWERED
    assert says in reply.text
    assert source in cited(reply)
    line = next(line for line in reply.text.splitlines() if says in line)
    assert f"〔{source[1]}〕" in line


async def test_the_sources_stand_at_the_end_with_title_and_heading(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2024年给独居老人装多少户夜灯")
    _, _, sources = reply.text.partition("\n\n")
    assert sources.splitlines() == [
        "出处：",
        "〔三（四）〕《云溪市民政局2024年工作要点》实施“银发夜灯”行动",
    ]


async def test_without_a_year_the_newest_answers_and_says_that_there_are_others(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "居家适老化改造多少户")
    assert {file for file, _ in cited(reply)} == {"yunxi-2025.txt"}
    assert all(year in reply.text for year in ("2025", "2024", "2023"))


async def test_what_only_an_older_plan_has_is_answered_from_it(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "银发夜灯给多少户独居老人装")
    assert "1200户" in reply.text
    assert cited(reply) == [("yunxi-2024.txt", "三（四）")]


async def test_of_two_years_the_missing_one_is_said(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "云溪2024年和2019年城市低保标准分别多少")
    assert reply.text.startswith("没有2019年的文件。")
    assert "860元" in reply.text


async def test_years_are_compared_line_by_line(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "云溪2023年和2025年农村低保标准分别是多少")
    assert re.search("2023年：.*690元.*〔一（一）1〕", reply.text)
    assert re.search("2025年：.*800元.*〔一（一）1〕", reply.text)


async def test_a_summary_keeps_the_printed_order(
    sample_assistant: Assistant, sample_library: Library
) -> None:
    reply = await ask(sample_assistant, "汇总2025年养老方面的指标")
    plan = sample_library.plan(sample_library.find("yunxi-2025", Role.STAFF))
    places = [plan.sections.index(c.section) for c in reply.citations]
    assert len(set(places)) > 3
    assert places == sorted(places)


async def test_a_summary_holds_every_figure_of_its_sections(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "汇总2025年养老方面的指标")
    for figure in ("1000户", "200个", "1300张", "62%", "85%"):
        assert figure in reply.text


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("2023年第16条", ("yunxi-2023.txt", "四16")),
        ("2023年第四部分第十七条", ("yunxi-2023.txt", "四17")),
        ("2024年三（四）", ("yunxi-2024.txt", "三（四）")),
        ("2025年2-1-3", ("yunxi-2025.txt", "二（一）3")),
        ("云溪2025年第四大点第三小点的原文", ("yunxi-2025.txt", "四（三）")),
    ],
)
async def test_a_section_that_is_named_is_sent_whole(
    sample_assistant: Assistant, question: str, source: tuple[str, str]
) -> None:
    reply = await ask(sample_assistant, question)
    assert reply.status is Status.ANSWERED
    (citation,) = reply.citations
    assert (citation.record.file, citation.section.label) == source
    for sentence in citation.section.text.rstrip("。").split("。"):
        assert sentence in reply.text


async def test_a_section_with_children_lists_their_headings(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年第二部分讲什么")
    assert [label for _, label in cited(reply)] == ["二", "二（一）", "二（二）", "二（三）"]
    assert "发展普惠养老〔二〕" in reply.text
    assert "提升机构服务〔二（二）〕" in reply.text


async def test_a_number_that_stands_in_several_places_is_asked_back_with_them(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2025年第二部分第三条")
    assert reply.status is Status.CLARIFY
    assert "第三条" in reply.text.splitlines()[0]
    assert "〔二（一）3〕家庭养老床位" in reply.text
    assert "〔二（三）〕建强护理员队伍" in reply.text
    assert "略去" not in reply.text


@pytest.mark.parametrize("question", ["2025年第16条", "2025年二（九）", "云溪2025年第九部分第一条"])
async def test_a_number_that_is_not_there_is_said_not_to_be_with_those_there_are(
    sample_assistant: Assistant, question: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert (reply.status, reply.citations) == (Status.NOT_FOUND, ())
    assert "〔一〕〔二〕〔三〕〔四〕〔五〕〔六〕" in reply.text
    assert "2025年" in reply.text


async def test_a_number_that_is_not_there_is_answered_so_in_a_plan_with_parts(
    office_assistant: Assistant,
) -> None:
    reply = await ask(office_assistant, "讲话第九条")
    assert reply.status is Status.NOT_FOUND
    assert "第九条" in reply.text
    assert "第2部分·二" in reply.text


async def test_a_part_of_a_speech_is_one_of_its_parts(office_assistant: Assistant) -> None:
    reply = await ask(office_assistant, "讲话第二部分第三条")
    assert cited(reply) == [("jianghua-2024.txt", "第2部分·一（三）")]
    assert "每季度检查1次〔第2部分·一（三）〕。" in reply.text


@pytest.mark.parametrize("question", ["今天天气怎么样", "火星探测器怎么造", "火星探测器何时发射"])
async def test_a_subject_that_is_not_there_names_the_plans_there_are(
    sample_assistant: Assistant, question: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert (reply.status, reply.citations) == (Status.NOT_FOUND, ())
    assert all(f"{title}》" in reply.text for title in TITLES)


@pytest.mark.parametrize(
    ("question", "named"), [("2019年低保标准多少", "2019年"), ("青岚市低保标准多少", "青岚市")]
)
async def test_a_year_or_place_without_a_plan_is_named_with_the_plans_there_are(
    sample_assistant: Assistant, question: str, named: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert (reply.status, reply.citations) == (Status.NOT_FOUND, ())
    assert named in reply.text.partition("现有")[0]
    assert all(f"{title}》" in reply.text for title in TITLES)


@pytest.mark.parametrize("question", ["今年城市低保标准多少", "我们市的城市低保标准是多少"])
async def test_a_city_in_the_question_is_not_always_a_place(
    sample_assistant: Assistant, question: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert "895元" in reply.text


async def test_a_figure_that_is_not_printed_is_not_made_up(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年养老顾问每月补贴多少钱")
    assert reply.status is Status.NOT_FOUND
    assert not re.search(r"\d+元", reply.text)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("2025年要点是哪天印发的", "2025年3月6日"),
        ("2024年要点是哪个单位发的", "云溪市民政局"),
        ("2025年要点的文号是多少", "云民发〔2025〕3号"),
    ],
)
async def test_what_a_plan_prints_about_itself_is_answered(
    sample_assistant: Assistant, question: str, says: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert says in reply.text
    assert reply.citations


async def test_last_year_counts_from_the_date_of_the_message(
    sample_assistant: Assistant,
) -> None:
    question = "去年居家适老化改造多少户"
    reply = await ask(sample_assistant, question, today=date(2025, 5, 1))
    assert cited(reply) == [("yunxi-2024.txt", "三（一）")]
    reply = await ask(sample_assistant, question, today=date(2024, 5, 1))
    assert cited(reply) == [("yunxi-2023.txt", "二（一）6")]


# What is no question


async def test_help_says_what_can_be_asked_with_an_example(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "帮助")
    assert reply.status is Status.INFO
    assert "云溪市2025年" in reply.text
    assert all(title in reply.text for title in TITLES)


@pytest.mark.parametrize("text", ["你好", "您好！", "hi", "在吗", "谢谢"])
async def test_a_greeting_is_no_question(sample_assistant: Assistant, text: str) -> None:
    reply = await ask(sample_assistant, text)
    assert (reply.status, reply.citations) == (Status.INFO, ())


@pytest.mark.parametrize("text", ["文件", "有哪些文件？", "/plans"])
async def test_the_plans_are_listed_newest_first(sample_assistant: Assistant, text: str) -> None:
    reply = await ask(sample_assistant, text)
    assert reply.status is Status.INFO
    places = [reply.text.index(title) for title in TITLES]
    assert places == sorted(places)


@pytest.mark.parametrize("text", ["", "  ", "\u3000\n"])
async def test_an_empty_question_is_asked_again(sample_assistant: Assistant, text: str) -> None:
    reply = await ask(sample_assistant, text)
    assert reply.status is Status.CLARIFY
    assert "云溪市2025年" in reply.text


async def test_a_very_long_question_is_told_its_length_and_the_limit(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "低保标准" * 1250)
    assert reply.status is Status.CLARIFY
    assert "5000" in reply.text
    assert "1000" in reply.text


@pytest.mark.parametrize("text", ["？？？", "🙂", "%_'\"*", "AND OR NOT", "的", "\x00低保", "第条"])
async def test_odd_texts_are_answered_without_an_error(
    sample_assistant: Assistant, text: str
) -> None:
    reply = await ask(sample_assistant, text)
    assert reply.text
    assert reply.status is not Status.ERROR


# Who asks


async def test_a_stranger_is_denied_and_learns_nothing_but_the_own_number(
    sample_assistant: Assistant,
) -> None:
    for text in ("帮助", "文件", "低保标准多少", ""):
        reply = await ask(sample_assistant, text, user="telegram:99")
        assert (reply.status, reply.citations) == (Status.DENIED, ())
        assert "telegram:99" in reply.text
        assert not any(word in reply.text for word in ("云溪", "2025", "民政"))


async def test_everybody_of_a_channel_may_ask_where_it_is_listed_with_a_star(
    sample_library: Library,
) -> None:
    assistant = Assistant(sample_library, Access(staff=("wecom:*",)))
    assert (await ask(assistant, "文件", user="wecom:new")).status is Status.INFO
    assert (await ask(assistant, "文件", user="telegram:new")).status is Status.DENIED


HIDDEN = [
    "紫荆楼腾退多少平方米",
    "2026年腾退多少平方米",
    "腾退办公用房什么时候完成",
    "档案搬到哪里",
    "有哪些文件",
    "帮助",
    "",
    "江汀第二部分讲什么",
    "第九条",
    "江汀市民政局的督办事项安排是哪天发的",
    "汇总江汀的指标",
    "2019年低保标准",
    "火星探测器何时发射",
]


@pytest.mark.parametrize("question", HIDDEN)
async def test_staff_see_nothing_of_a_leaders_plan(
    office_assistant: Assistant, question: str
) -> None:
    reply = await ask(office_assistant, question)
    assert not any(word in reply.text for word in SECRETS if word not in question)
    assert all(c.record.file == "jianghua-2024.txt" for c in reply.citations)


@pytest.mark.parametrize("plan", ["duban-2026", "duban-2026.txt"])
async def test_a_leaders_plan_that_staff_ask_for_by_name_is_as_one_that_is_not_there(
    office_assistant: Assistant, plan: str
) -> None:
    reply = await ask(office_assistant, "腾退多少平方米", plan=plan)
    missing = await ask(office_assistant, "腾退多少平方米", plan="nowhere")
    assert reply.status is Status.NOT_FOUND
    assert reply.text == missing.text.replace("nowhere", plan)


@pytest.mark.parametrize("user", ["telegram:1", "telegram:2"])
async def test_leaders_and_admins_see_the_leaders_plan(
    office_assistant: Assistant, user: str
) -> None:
    reply = await ask(office_assistant, "紫荆楼办公用房腾退多少平方米", user=user)
    assert cited(reply) == [("duban-2026.txt", "一（一）")]
    assert "1200平方米" in reply.text
    assert "督办" in (await ask(office_assistant, "文件", user=user)).text


async def test_a_conversation_with_a_leader_in_it_shows_staff_nothing(
    office_assistant: Assistant,
) -> None:
    for user, text in [("telegram:2", "紫荆楼腾退多少平方米"), ("wecom:zhang", "什么时候完成")]:
        message = Message(user, "telegram:group", text)
        (reply,) = [reply async for reply in office_assistant.reply(message)]
    assert not any(word in reply.text for word in SECRETS)


# Conversations


async def test_a_follow_up_stays_with_the_plan_and_the_subject(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2024年适老化改造多少户", "每户补助上限呢")
    assert "3500元" in reply.text
    assert cited(reply) == [("yunxi-2024.txt", "三（一）")]


async def test_a_follow_up_may_ask_for_another_year(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2024年适老化改造多少户", "那2023年呢")
    assert "600户" in reply.text
    assert cited(reply) == [("yunxi-2023.txt", "二（一）6")]


async def test_the_next_section_is_the_one_after_the_last(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2023年第16条", "下一条")
    assert cited(reply) == [("yunxi-2023.txt", "四17")]


async def test_a_new_topic_starts_anew(sample_assistant: Assistant) -> None:
    texts = ("2023年适老化改造多少户", "新建多少处农村公益性公墓")
    assert cited(await ask(sample_assistant, *texts)) == [("yunxi-2025.txt", "五（一）")]


async def test_two_conversations_do_not_mix(sample_assistant: Assistant) -> None:
    async def say(conversation: str, text: str) -> Reply:
        message = Message("wecom:zhang", conversation, text)
        return [reply async for reply in sample_assistant.reply(message)][-1]

    await say("mix:a", "2024年适老化改造多少户")
    await say("mix:b", "2023年家庭养老床位建多少张")
    assert cited(await say("mix:a", "什么时候完成"))[0] == ("yunxi-2024.txt", "三（一）")
    assert cited(await say("mix:b", "什么时候完成"))[0] == ("yunxi-2023.txt", "二（一）8")


async def test_one_conversation_is_answered_in_the_order_of_its_questions(
    sample_assistant: Assistant,
) -> None:
    done: list[str] = []

    async def say(text: str) -> Reply:
        message = Message("wecom:zhang", "order:a", text)
        reply = [reply async for reply in sample_assistant.reply(message)][-1]
        done.append(text)
        return reply

    texts = ["2024年适老化改造多少户", "每户补助上限呢", "文件"]
    _, follow_up, _ = await asyncio.gather(*map(say, texts))
    assert done == texts
    assert cited(follow_up) == [("yunxi-2024.txt", "三（一）")]


# Nothing leaves unchecked

HOME = section("年底前完成500户改造。费用由单位承担。")


def said(statement: Statement) -> str:
    return render(check(statement))


@pytest.mark.parametrize(
    "invented", ["600户", "500张", "500户、60%", "500户，见《改造办法》", "2019年500户"]
)
def test_an_invented_figure_is_withheld_and_the_plans_own_sentence_stands_there(
    invented: str,
) -> None:
    citation = Citation(record(title="要点"), HOME, "年底前完成500户改造。")
    text = said(Statement(f"要改造{invented}。", (citation,)))
    assert invented not in text
    assert text.startswith("年底前完成500户改造〔三8〕。\n\n出处：\n〔三8〕")


def test_a_supported_statement_is_left_as_it_is() -> None:
    citation = Citation(record(), HOME, "年底前完成500户改造。")
    statement = Statement("今年要改造500户。", (citation,))
    assert check(statement) == (statement,)


def test_an_invented_quotation_is_withheld_with_its_sentence() -> None:
    citation = Citation(record(), HOME, "年底前完成600户改造。")
    text = said(Statement("要改造500户。", (citation,)))
    assert text == wording.WITHHELD
    assert "500" not in text


def test_our_own_word_claims_nothing_of_a_plan_and_stays() -> None:
    assert said(Statement("没有2019年的文件。")) == "没有2019年的文件。"


async def test_no_answer_of_the_samples_is_withheld(sample_assistant: Assistant) -> None:
    for text in ("2025年第1条", "2023年第一条", "2024年第二条", "汇总2024年养老指标", "2025年落款"):
        assert wording.WITHHELD not in (await ask(sample_assistant, text)).text


async def test_the_log_has_one_line_a_message_without_name_and_question(
    sample_assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="bot"):
        await ask(sample_assistant, "2023年第16条", user="wecom:lisi")
    (line,) = [r.getMessage() for r in caplog.records if r.name.startswith("bot")]
    assert line.startswith("wecom ")
    assert "四16" in line
    assert "lisi" not in line
    assert "第16条" not in line


class BrokenLibrary:
    def __init__(self, database: Database) -> None:
        self.database, self.notes = database, Notes(database)
        database.create(tables)

    def records(self, reader: Role) -> tuple[PlanRecord, ...]:
        raise RuntimeError("broken")


async def test_a_question_that_fails_gets_an_apology_and_leaves_the_conversation_open(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    library = BrokenLibrary(Database(tmp_path / "bot.sqlite3"))
    assistant = Assistant(library, Access(staff=("wecom:*",)))  # type: ignore[arg-type]
    for _ in range(2):
        reply = await ask(assistant, "低保标准是多少")
        assert (reply.status, reply.text) == (Status.ERROR, wording.SORRY)
    assert "broken" in caplog.text


@pytest.mark.parametrize(
    ("moves", "label"),
    [
        (("下一条",), "四17"),
        (("上一条",), "三15"),
        (("再往后两条",), "四18"),
        (("上一级",), "四"),
        (("这一部分都有啥",), "四"),
        (("下一条", "下一条"), "四18"),
    ],
)
async def test_a_move_goes_on_from_the_section_cited_last(
    sample_assistant: Assistant, moves: tuple[str, ...], label: str
) -> None:
    reply = await ask(sample_assistant, "2023年第16条", *moves)
    assert cited(reply)[0] == ("yunxi-2023.txt", label)


async def test_behind_the_last_section_there_is_nothing(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2023年第22条", "下一条")
    assert (reply.status, reply.text) == (Status.NOT_FOUND, wording.NO_FURTHER)


class FakeModel:
    """Says what it is given, one text a call; remembers what it was asked."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.history: list[Sequence[ModelMessage]] = []

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[str, None]:
        self.history.append(messages)
        yield self.texts.pop(0)


def with_model(library: Library, model: FakeModel, answers_a_day: int = 9) -> Assistant:
    return Assistant(library, Access(staff=("wecom:*",)), model, answers_a_day)


async def test_a_model_s_checked_sentence_is_sent_with_its_label(sample_library: Library) -> None:
    model = FakeModel("今年要给1000户困难老年人家庭做适老化改造[1]。")
    reply = await ask(with_model(sample_library, model), "2025年适老化改造多少户")
    assert reply.written_by == "model"
    assert "1000户困难老年人家庭做适老化改造〔二（一）1〕。" in reply.text
    assert "出处：" in reply.text


async def test_a_figure_that_the_model_invents_is_never_sent(sample_library: Library) -> None:
    model = FakeModel("今年要改造5000户[1]。", "今年要改造6000户[1]。")
    reply = await ask(with_model(sample_library, model), "2025年适老化改造多少户")
    assert "5000" not in reply.text
    assert "6000" not in reply.text
    assert "1000户" in reply.text


async def test_a_spent_budget_is_answered_in_the_plan_s_own_words(sample_library: Library) -> None:
    assistant = with_model(sample_library, FakeModel(), answers_a_day=0)
    reply = await ask(assistant, "2025年适老化改造多少户")
    assert reply.written_by == "plan"
    assert wording.BUDGET_SPENT in reply.text


async def test_a_conversation_looks_only_at_what_use_chose_until_told_otherwise(
    sample_assistant: Assistant,
) -> None:
    texts = ("/use yunxi-2023", "适老化改造多少户")
    assert cited(await ask(sample_assistant, *texts)) == [("yunxi-2023.txt", "二（一）6")]
    texts = ("只看2024年的", "适老化改造多少户")
    assert cited(await ask(sample_assistant, *texts)) == [("yunxi-2024.txt", "三（一）")]
    back = ("/use yunxi-2023", "只看全部", "适老化改造多少户")
    assert cited(await ask(sample_assistant, *back)) == [("yunxi-2025.txt", "二（一）1")]


async def test_use_of_an_unknown_plan_says_which_there_are(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "/use 火星")
    assert reply.status is Status.NOT_FOUND
    assert all(title in reply.text for title in TITLES)


async def test_clear_forgets_the_questions_and_the_scope(sample_assistant: Assistant) -> None:
    texts = ("/use yunxi-2023", "适老化改造多少户", "/clear", "适老化改造多少户")
    assert cited(await ask(sample_assistant, *texts)) == [("yunxi-2025.txt", "二（一）1")]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "2025年适老化改造是800户对吧",
            wording.WRONG_PREMISE.format(premise="800户", printed="1000户"),
        ),
        ("2025年适老化改造是1000户对吧", wording.RIGHT_PREMISE.format(premise="1000户")),
    ],
)
async def test_a_premise_is_confirmed_or_corrected_with_the_printed_figure(
    sample_assistant: Assistant, question: str, said: str
) -> None:
    reply = await ask(sample_assistant, question)
    assert reply.text.startswith(said)
    assert "1000户" in reply.text
