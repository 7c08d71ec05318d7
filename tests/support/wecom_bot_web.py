"""WeCom's web side of an AI bot on loopback: encrypted files, response_url, and callbacks as sealed
JSON.
"""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.wecom.crypto import CallbackSeal
from bot.operations.web_server import build_app, serve

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PATH = "/wecom/bot"
SEAL = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "")
Json = dict[str, Any]


def encrypt(content: bytes, key: bytes) -> bytes:
    """Encrypt a file as WeCom does: AES-256-CBC, PKCS#7 to 32 bytes, the key's head as IV."""
    padder, encryptor = PKCS7(256).padder(), Cipher(AES256(key), CBC(key[:16])).encryptor()
    padded = padder.update(content) + padder.finalize()
    return encryptor.update(padded) + encryptor.finalize()


class Cloud:
    """Where WeCom keeps what people send, and where response_url leads."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.posted: list[Json] = []
        self.used: set[str] = set()
        self.base_url = ""
        self.downloads = 0

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/file/{name}", self._download),
            Route("/response/{code}", self._post, methods=["POST"]),
        ]

    def put(self, name: str, content: bytes, key: str = "") -> Json:
        """Keep a file and return what a callback says of it; `key` is "" for one of its own."""
        own = os.urandom(32)
        secret = base64.b64decode(key + "=") if key else own
        number = f"{len(self.files)}"
        self.files[number] = (name, encrypt(content, secret))
        said = {"url": f"{self.base_url}/file/{number}"}
        return said if key else said | {"aeskey": base64.b64encode(own).decode()}

    async def _download(self, request: Request) -> Response:
        self.downloads += 1
        if request.path_params["name"] not in self.files:
            return Response("expired", status_code=403)
        name, content = self.files[request.path_params["name"]]
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        return Response(content, headers={"Content-Disposition": disposition})

    async def _post(self, request: Request) -> JSONResponse:
        if request.path_params["code"] in self.used:
            return JSONResponse({"errcode": 60140, "errmsg": "response_url used"})
        self.used.add(request.path_params["code"])
        self.posted.append(await request.json())
        return JSONResponse({"errcode": 0, "errmsg": "ok"})


@asynccontextmanager
async def web(*routes: BaseRoute) -> AsyncIterator[str]:
    """Serve routes on loopback and lend the address."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(build_app(routes), "127.0.0.1", 0, stop, port.set_result))
    try:
        yield f"http://127.0.0.1:{await port}"
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def cloud() -> AsyncIterator[Cloud]:
    kept = Cloud()
    async with web(*kept.routes()) as address:
        kept.base_url = address
        yield kept


class Platform:
    """Posts callbacks as WeCom does in webhook mode, and asks how streams go on."""

    def __init__(self, client: httpx.AsyncClient, cloud: Cloud) -> None:
        self.client = client
        self.cloud = cloud
        self.numbers = count(1)

    def query(self, encrypted: str) -> dict[str, str]:
        signature = SEAL.sign("1700000000", "n-1", encrypted)
        return {"msg_signature": signature, "timestamp": "1700000000", "nonce": "n-1"}

    async def post(self, body: Json) -> Json | None:
        """Post a callback and return the answer opened; None for an empty one."""
        encrypted = SEAL.encrypt(json.dumps(body, ensure_ascii=False))
        sealed = json.dumps({"encrypt": encrypted})
        response = await self.client.post(PATH, params=self.query(encrypted), content=sealed)
        assert response.status_code == 200
        if not response.content:
            return None
        said = json.loads(response.content)
        SEAL.verify(said["msgsignature"], said["timestamp"], said["nonce"], said["encrypt"])
        assert said["nonce"] == "n-1"
        return json.loads(SEAL.decrypt(said["encrypt"]))  # type: ignore[no-any-return]

    def message(self, body: Json, user: str = "zhangsan", chat: str = "") -> Json:
        number = next(self.numbers)
        whole: Json = {"msgid": f"w{number}", "aibotid": "aib-web", "from": {"userid": user}}
        whole |= {"chattype": "group", "chatid": chat} if chat else {"chattype": "single"}
        return whole | {"response_url": f"{self.cloud.base_url}/response/{number}"} | body

    async def say(self, text: str, **more: Any) -> Json:
        said = {"msgtype": "text", "text": {"content": text}}
        answered = await self.post(self.message(said, **more))
        assert answered is not None
        return answered

    async def event(self, kind: str, **more: Any) -> Json | None:
        body = self.message({"msgtype": "event", "event": {"eventtype": kind, **more}})
        del body["response_url"]  # events have none
        return await self.post(body)

    async def click(self, label: str, card: Json) -> Json | None:
        button = next(b for b in card["button_list"] if b["text"].startswith(label))
        pressed = {"event_key": button["key"], "task_id": card["task_id"]}
        return await self.event("template_card_event", template_card_event=pressed)

    async def refresh(self, stream_id: str) -> Json:
        body = self.message({"msgtype": "stream", "stream": {"id": stream_id}})
        answered = await self.post(body)
        assert answered is not None
        return answered

    async def end_of(self, answered: Json) -> Json:
        """Ask how a stream goes on until it ends."""
        async with asyncio.timeout(8):
            while not answered["stream"]["finish"]:
                await asyncio.sleep(0.03)
                answered = await self.refresh(answered["stream"]["id"])
        return answered
