"""The log stream on stderr: a line of text, or one JSON object a line for log collectors.

Tokens, secrets and questions stand in neither: the HTTP libraries log URLs, and Telegram's hold the
token, so they are quiet below WARNING; and whatever is written, a traceback included, has each
configured secret struck out.
"""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

QUIET = ("httpx", "httpx2", "httpcore", "chromadb", "telegram", "websockets")
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Lines(logging.Formatter):
    """Lines of text in which no secret is left."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(TEXT)
        self._secrets = sorted((s for s in secrets if s), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return one record as text."""
        return self.strike_out(super().format(record))

    def strike_out(self, text: str) -> str:
        """Return a text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class JsonLines(Lines):
    """One object a line: time (UTC), level, logger, message, and a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one record as a line of JSON."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.strike_out(record.getMessage()),
        }
        if record.exc_info:
            said["error"] = self.strike_out(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def configure_logging(level: str, log_format: str, secrets: Sequence[str] = ()) -> None:
    """Log to stderr from `level` on, as "text" or as "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(secrets) if log_format == "json" else Lines(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
