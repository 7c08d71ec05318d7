"""Questions as lines of JSON in, answers as lines of JSON out: the promise other programs rely
on.
"""

import datetime
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from bot.errors import BadBatchLine
from bot.messages import Handler, Message, Reply, Status, final_reply
from knowledge.plan import Citation, PlanRecord, Role, Target

LINE = '每行应为 {"id": …, "q": …}。'
EXPECTED = {
    "role": "role 应为 staff、leader 或 admin。",
    "date": "date 应写成 2025-06-30 这样。",
    "history": 'history 应为先前问题的列表，如 ["低保多少"]。',
}


class BatchLine(BaseModel):
    """One question; other keys are ignored."""

    id: str | int
    q: str
    history: list[str] | None = None
    plan: str | None = None
    role: Role | None = None
    date: datetime.date | None = None


def read_line(line: str, number: int) -> BatchLine:
    """Read one line of a batch.

    Raises:
        BadBatchLine: naming the line and what is wrong with it.
    """
    try:
        return BatchLine.model_validate(json.loads(line))
    except json.JSONDecodeError as exc:
        raise BadBatchLine(f"第 {number} 行不是 JSON（{exc.msg}）。{LINE}") from exc
    except ValidationError as exc:
        keys = [".".join(map(str, error["loc"])) for error in exc.errors()]
        wanted = "".join(EXPECTED[key] for key in keys if key in EXPECTED)
        raise BadBatchLine(
            f"第 {number} 行的 {'、'.join(keys) or '内容'} 不对。{wanted or LINE}"
        ) from exc


async def answer_lines(lines: Iterable[str], handler: Handler) -> AsyncIterator[str]:
    """Yield one line of JSON for each question, in order; a person's earlier turns are replayed
    first. A line that cannot be read gets the status "error", and those behind it are answered.

    Raises:
        BadBatchLine: after the last line, what was wrong with the first that could not be read.
    """
    run, bad = uuid4().hex, list[BadBatchLine]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = read_line(line, number)
        except BadBatchLine as exc:
            bad.append(exc)
            refused = {"id": _id_of(line)} | reply_json(Reply(str(exc), Status.ERROR))
            yield json.dumps(refused, ensure_ascii=False)
            continue
        reply = None
        for text in [*(question.history or []), question.q]:
            message = Message(
                user=f"batch:{number}",
                conversation=f"batch:{run}:{number}",
                text=text,
                role=question.role or Role.STAFF,
                plan=question.plan,
                today=question.date,
                is_kept=False,
            )
            reply = await final_reply(handler, message)
        assert reply is not None
        yield json.dumps({"id": question.id} | reply_json(reply), ensure_ascii=False)
    if bad:
        raise bad[0]


def _id_of(line: str) -> str | int | None:
    """Return the id of a faulty line, or None."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str | int) else None


def reply_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as other programs read it."""
    return {
        "status": reply.status.value,
        "text": reply.text,
        "citations": [citation_json(c) for c in _once(reply.citations)],
        "targets": [_target_json(record, target) for record, target in reply.targets],
        "written_by": reply.written_by,
        "elapsed_ms": reply.elapsed_ms,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """Return a cited section as other programs read it."""
    record, section = citation.record, citation.section
    return {
        "file": record.file,
        "plan": record.id,
        "version": record.version,
        "title": record.metadata.title,
        "year": record.metadata.year,
        "date": record.metadata.date,
        "part": section.part,
        "path": list(section.path),
        "label": section.label,
        "heading": section.heading,
        "quote": citation.quote,
    }


def _once(citations: Iterable[Citation]) -> list[Citation]:
    """Return the first citation of each section."""
    first: dict[tuple[str, object], Citation] = {}
    for citation in citations:
        first.setdefault((citation.record.id, citation.section.key), citation)
    return list(first.values())


def _target_json(record: PlanRecord, target: Target) -> dict[str, Any]:
    return {"plan": record.id, "file": record.file} | asdict(target)
