"""The counts of a running bot, in the text form of Prometheus.

Nothing that a person wrote, and no person, stands in a label.
"""

from collections.abc import Callable
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.messages import Message, Reply
from knowledge.errors import KnowledgeError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "yaodian_questions_total",
            "Messages answered, by channel, intent and outcome.",
            ("channel", "intent", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "yaodian_seconds",
            "Time of an answer by stage: plan, model, and total.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._withheld = Counter(
            "yaodian_withheld_sentences_total",
            "Sentences that the check kept back.",
            registry=self._registry,
        )

    def observe(self, message: Message, reply: Reply) -> None:
        """Count one answered message."""
        channel = message.user.partition(":")[0]
        intent = reply.intent or _kind(message)
        self._questions.labels(channel, intent, reply.status.value).inc()
        self._withheld.inc(reply.withheld)
        for stage, seconds in (*reply.stages, ("total", reply.elapsed_ms / 1000)):
            self._seconds.labels(stage).observe(seconds)

    def gauge(self, name: str, described: str, value: Callable[[], float]) -> None:
        """Show a number that is asked for at each look; NaN while the database is away."""

        def read() -> float:
            try:
                return value()
            except KnowledgeError:
                return nan

        Gauge(name, described, registry=self._registry).set_function(read)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self._registry)


def _kind(message: Message) -> str:
    """Return the kind of a message that is no question."""
    if message.file is not None:
        return "file"
    if message.action is not None:
        return message.action.kind.value
    return "command" if message.text.startswith("/") else "other"
