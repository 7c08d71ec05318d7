import json
from collections import deque
from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.assistant import Assistant
from bot.cli.batch import answer_lines, final_reply, read_line
from bot.errors import BadBatchLine
from bot.messages import Message, Reply, Status
from knowledge.plan import Citation, Role, Target
from tests.support.bot_fixtures import record, section

pytest_plugins = ["tests.support.bot_fixtures"]

LINE_KEYS = ["id", "status", "text", "citations", "targets", "written_by", "elapsed_ms"]
CITATION_KEYS = (
    "file plan version title year date part path label heading quote"  # as DESIGN.md prints them
).split()


class FakeAssistant:
    """A handler with a queue of replies and a history."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = deque(replies)
        self.history: list[Message] = []

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.history.append(message)
        yield Reply("正在查找……", Status.INFO, final=False)
        reply = self.replies.popleft() if self.replies else Reply(message.text, Status.ANSWERED)
        if isinstance(reply, Exception):
            raise reply
        yield reply


async def answers(handler: object, *lines: object) -> list[dict[str, object]]:
    texts = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    return [json.loads(line) async for line in answer_lines(texts, handler)]  # type: ignore[arg-type]


async def test_one_line_comes_out_for_each_line_in_the_same_order() -> None:
    lines = [{"id": n, "q": f"问题{n}"} for n in (3, "乙", 1)]
    rows = await answers(FakeAssistant(), *lines[:2], "", "  \n", lines[2])
    assert [row["id"] for row in rows] == [3, "乙", 1]
    assert [row["text"] for row in rows] == ["问题3", "问题乙", "问题1"]


async def test_a_line_has_the_promised_keys_in_their_order(sample_assistant: Assistant) -> None:
    (row,) = await answers(sample_assistant.reply, {"id": "a", "q": "2023年第16条"})
    assert list(row) == LINE_KEYS
    (citation,) = row["citations"]
    assert list(citation) == CITATION_KEYS
    quote = citation.pop("quote")
    assert quote.startswith("活跃社区协商。每个村（社区）全年协商议事不少于4次")
    assert citation == {
        "file": "yunxi-2023.txt",
        "plan": "yunxi-2023",
        "version": 1,
        "title": "2023年全市民政工作要点",
        "year": 2023,
        "date": "2023-02-16",
        "part": None,
        "path": ["四", "16"],
        "label": "四16",
        "heading": "活跃社区协商",
    }


async def test_each_section_is_cited_once_with_its_first_quote() -> None:
    home = section("甲。乙。", "三", "8", part=2)
    reply = Reply(
        "甲乙",
        Status.ANSWERED,
        (Citation(record(), home, "甲。"), Citation(record(), home, "乙。")),
    )
    (row,) = await answers(FakeAssistant(reply), {"id": 1, "q": "甲"})
    (citation,) = row["citations"]
    assert (citation["quote"], citation["part"]) == ("甲。", 2)
    assert citation["label"] == "第2部分·三8"


async def test_a_target_stands_with_its_plan_and_file() -> None:
    target = Target(
        None, ("三",), "500户", "改造", "=", "500", "户", None, None, None, None, "target", False
    )
    reply = Reply("五百", Status.ANSWERED, targets=((record(), target),), written_by="mixed")
    (row,) = await answers(FakeAssistant(reply), {"id": 1, "q": "甲"})
    (said,) = row["targets"]
    assert (said["plan"], said["file"]) == ("yunxi-2025", "yunxi-2025.txt")
    assert (said["path"], said["value"], said["unit"]) == (["三"], "500", "户")
    assert row["written_by"] == "mixed"


async def test_earlier_turns_are_replayed_first_in_the_same_conversation() -> None:
    assistant = FakeAssistant()
    (row,) = await answers(assistant, {"id": 1, "q": "那2024年呢", "history": ["低保", "标准"]})
    assert [m.text for m in assistant.history] == ["低保", "标准", "那2024年呢"]
    assert len({m.conversation for m in assistant.history}) == 1
    assert row["text"] == "那2024年呢"


async def test_lines_are_strangers_to_each_other() -> None:
    assistant = FakeAssistant()
    await answers(assistant, {"id": 1, "q": "低保"}, {"id": 1, "q": "那2024年呢"})
    assert len({m.conversation for m in assistant.history}) == 2


async def test_role_plan_and_date_reach_the_assistant_and_other_keys_do_not_matter() -> None:
    assistant = FakeAssistant()
    line = {"id": 1, "q": "去年", "role": "leader", "plan": "a.txt", "date": "2026-03-01", "x": 1}
    await answers(assistant, line, {"id": 2, "q": "去年"})
    first, second = assistant.history
    assert (first.role, first.plan, first.today) == (Role.LEADER, "a.txt", date(2026, 3, 1))
    assert (second.role, second.plan, second.today) == (Role.STAFF, None, None)


@pytest.mark.parametrize("plan", ["yunxi-2024", "yunxi-2024.txt"])
async def test_a_plan_is_given_by_its_id_or_its_file_name(
    sample_assistant: Assistant, plan: str
) -> None:
    (row,) = await answers(sample_assistant.reply, {"id": 1, "q": "第三部分第七条", "plan": plan})
    (citation,) = row["citations"]
    assert (citation["plan"], citation["label"]) == ("yunxi-2024", "三（七）")


async def test_an_unknown_plan_is_not_found(sample_assistant: Assistant) -> None:
    (row,) = await answers(sample_assistant.reply, {"id": 1, "q": "低保标准", "plan": "a.txt"})
    assert row["status"] == "not_found"
    assert "a.txt" in row["text"]
    assert "云溪市民政局2024年工作要点" in row["text"]


async def test_last_year_counts_from_the_date_of_the_line(sample_assistant: Assistant) -> None:
    line = {"id": 1, "q": "去年第三部分第七条", "date": "2025-05-01"}
    (row,) = await answers(sample_assistant.reply, line)
    (citation,) = row["citations"]
    assert citation["year"] == 2024


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("低保标准多少", "JSON"),
        ('{"id": 1, "q": "低保', "JSON"),
        ('{"id": 1}', "q"),
        ('{"q": "低保"}', "id"),
        ('{"id": 1, "q": 5}', "q"),
        ('{"id": 1, "q": "低保", "role": "king"}', "role"),
        ('{"id": 1, "q": "低保", "date": "昨天"}', "date"),
        ('{"id": 1, "q": "低保", "history": "标准"}', "history"),
        ("[1, 2]", "内容"),
        ("null", "内容"),
    ],
)
def test_a_line_that_is_not_a_question_is_told_by_its_number_in_one_line(
    line: str, named: str
) -> None:
    with pytest.raises(BadBatchLine) as caught:
        read_line(line, 7)
    message = str(caught.value)
    assert "第 7 行" in message
    assert named in message
    assert "\n" not in message


async def test_the_lines_around_a_wrong_one_are_answered() -> None:
    wrong = '{"id": 2, "q": "低保", "role": "boss"}'
    rows = answer_lines(
        ['{"id": 1, "q": "低保"}', wrong, '{"id": 3, "q": "助餐"}'], FakeAssistant()
    )
    read = [json.loads(await anext(rows)) for _ in range(3)]
    assert [(row["id"], row["status"]) for row in read] == [
        (1, "answered"),
        (2, "error"),
        (3, "answered"),
    ]
    assert "第 2 行的 role 不对" in read[1]["text"] and "leader" in read[1]["text"]
    with pytest.raises(BadBatchLine, match="第 2 行"):
        await anext(rows)


async def test_a_line_that_is_no_json_has_no_id() -> None:
    rows = answer_lines(["低保"], FakeAssistant())
    row = json.loads(await anext(rows))
    assert (row["id"], row["status"]) == (None, "error")
    assert "第 1 行不是 JSON" in row["text"]


async def test_two_batches_of_one_assistant_do_not_mix() -> None:
    assistant = FakeAssistant()
    for _ in range(2):
        await answers(assistant, {"id": 1, "q": "低保"})
    first, second = (message.conversation for message in assistant.history)
    assert first != second


async def test_the_final_reply_is_the_last_one() -> None:
    message = Message("batch:1", "batch:1", "低保")
    assert (await final_reply(FakeAssistant(), message)).text == "低保"
