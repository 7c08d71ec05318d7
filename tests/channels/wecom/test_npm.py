"""Our envelope against npm @wecom/crypto 1.0.1, in both directions and through the real server.

Skipped where node or the module is missing: npm install --prefix build @wecom/crypto@1.0.1
"""

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.support.places import REPO
from tests.support.wecom_server import (
    AES_KEY,
    CORP_ID,
    PATH,
    SEAL,
    TOKEN,
    FakeAssistant,
    message_xml,
    office,
    web_host,
)

ORACLE = Path(__file__).with_name("npm_oracle.mjs")
BUILD = REPO / "build"
TIMESTAMP, NONCE = str(int(time.time())), "n-1"
TEXTS = (*("a" * length for length in range(70)), "二（二）8", "👨‍👩‍👧 要点", "要点通" * 1667)

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (BUILD / "node_modules/@wecom/crypto").exists(),
    reason="needs node and build/node_modules/@wecom/crypto (see the docstring)",
)


class Sealed(BaseModel):
    encrypted: str
    signature: str

    @property
    def query(self) -> dict[str, str]:
        return {"msg_signature": self.signature, "timestamp": TIMESTAMP, "nonce": NONCE}


class Opened(BaseModel):
    text: str
    id: str
    signature: str


class Findings(BaseModel):
    sealed: tuple[Sealed, ...]
    opened: tuple[Opened, ...]


def ask_oracle(texts: Sequence[str] = (), sealed: Sequence[str] = ()) -> Findings:
    """Let the npm package seal `texts` and open `sealed`."""
    question = {"token": TOKEN, "key": AES_KEY, "id": CORP_ID, "texts": texts, "sealed": sealed}
    stamped = json.dumps(question | {"timestamp": TIMESTAMP, "nonce": NONCE})
    ended = subprocess.run(
        ["node", ORACLE], cwd=BUILD, input=stamped.encode(), capture_output=True, timeout=30
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return Findings.model_validate_json(ended.stdout)


def test_what_npm_seals_we_verify_and_open_at_every_length() -> None:
    envelopes = ask_oracle(texts=TEXTS).sealed
    for envelope in envelopes:
        SEAL.verify(envelope.signature, TIMESTAMP, NONCE, envelope.encrypted)
    assert tuple(SEAL.decrypt(envelope.encrypted) for envelope in envelopes) == TEXTS


def test_what_we_seal_npm_opens_for_the_same_receiver_and_signs_alike() -> None:
    envelopes = [SEAL.encrypt(text) for text in TEXTS]
    for text, encrypted, opened in zip(
        TEXTS, envelopes, ask_oracle(sealed=envelopes).opened, strict=True
    ):
        assert (opened.text, opened.id) == (text, CORP_ID)
        assert opened.signature == SEAL.sign(TIMESTAMP, NONCE, encrypted)


async def test_the_server_confirms_and_answers_what_npm_sealed() -> None:
    text = "<Content>今年的目标</Content><MsgId>1</MsgId>"
    echo, question = ask_oracle(texts=("161614", message_xml("zhangsan", "text", text))).sealed
    body = f"<xml><Encrypt><![CDATA[{question.encrypted}]]></Encrypt></xml>"
    async with web_host() as host, office(host, FakeAssistant()) as bot:
        client = bot.phone.client
        confirmed = await client.get(PATH, params=echo.query | {"echostr": echo.encrypted})
        received = await client.post(PATH, params=question.query, content=body)
    assert (confirmed.status_code, confirmed.text) == (200, "161614")
    assert (received.status_code, received.content) == (200, b"")
    assert bot.wecom.texts() == ["答：今年的目标"]
