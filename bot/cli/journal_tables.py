"""The journal as tables: all that was asked or done, and the disliked answers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.records.journal import Exchange, Verdict
from bot.targets.sheets import write_cells
from bot.wording import office as wording

SHOWN_CHARS = 40  # of a question in the terminal
FEEDBACK_WIDTHS = (17, 20, 8, 24, 40, 60, 30)


def log_rows(exchanges: Iterable[Exchange]) -> list[tuple[str, ...]]:
    """Return a row for each exchange, in the order of wording_office.LOG_HEADS."""
    return [
        (
            _moment(e.at),
            e.user,
            wording.KINDS.get(e.kind, e.kind),
            _short(e.asked),
            wording.STATUSES.get(e.status, e.status),
            _labels(e),
            str(e.withheld or ""),
            f"{e.elapsed_ms:.0f}",
        )
        for e in exchanges
    ]


def log_lines(exchanges: Iterable[Exchange]) -> Iterable[str]:
    """Yield each exchange as one line of JSON."""
    for exchange in exchanges:
        yield json.dumps(_plain(exchange), ensure_ascii=False)


def feedback_rows(verdicts: Iterable[Verdict]) -> list[tuple[str, ...]]:
    """Return a row for each verdict, in the order of wording_office.FEEDBACK_HEADS."""
    return [
        (
            _moment(v.at),
            v.user,
            wording.VERDICTS.get(v.verdict, v.verdict),
            v.reason,
            v.exchange.asked,
            v.exchange.answer,
            _labels(v.exchange),
        )
        for v in verdicts
    ]


def feedback_lines(verdicts: Iterable[Verdict]) -> Iterable[str]:
    """Yield each verdict as one line of JSON."""
    for verdict in verdicts:
        said = {"user": verdict.user, "at": _iso(verdict.at), "verdict": verdict.verdict}
        said["reason"] = verdict.reason
        whole: dict[str, Any] = {**said, "exchange": _plain(verdict.exchange)}
        yield json.dumps(whole, ensure_ascii=False)


def feedback_sheet(verdicts: Sequence[Verdict]) -> bytes:
    """Return the verdicts as .xlsx; people's words are text in a cell, never a formula."""
    rows = feedback_rows(verdicts)
    return write_cells(wording.FEEDBACK_SHEET, wording.FEEDBACK_HEADS, FEEDBACK_WIDTHS, rows)


def shortened(rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return rows that fit on a screen."""
    return [tuple(_short(cell) for cell in row) for row in rows]


def _plain(exchange: Exchange) -> dict[str, Any]:
    said = {k: v for k, v in asdict(exchange).items() if k != "targets"}
    cited = [{"plan": p, "version": v, "label": label} for p, v, label in exchange.citations]
    return said | {"at": _iso(exchange.at), "citations": cited}


def _labels(exchange: Exchange) -> str:
    """Return the cited sections, each with the version that numbers them so."""
    cited = dict.fromkeys(f"{p}（{v}）〔{label}〕" for p, v, label in exchange.citations)
    return " ".join(cited)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARS else f"{line[: SHOWN_CHARS - 1]}…"
