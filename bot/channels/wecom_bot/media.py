"""Files of an AI bot: people's files are downloaded and decrypted, ours are uploaded.

A file's name stands in its download's Content-Disposition alone, so the download is begun before
the file is offered, and its content read only when somebody wants it.

Sources: https://developer.work.weixin.qq.com/document/path/100719 (download), 101463 (upload).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import unquote

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from bot.channels.wecom_bot.frames import Ack, FrameBody, FrameCommand, MediaLink
from bot.errors import ChannelRefused, FileRefused
from bot.messages import Attachment, SentFile
from bot.wording import wecom_bot as bot_wording

FILE_LIMIT_BYTES = 100 * 1024 * 1024  # WeCom's own for what people send
PADDING_BITS = 256
PADDING_BYTES = PADDING_BITS // 8
DOWNLOAD_SECONDS = 60.0
CHUNK_BYTES = 512 * 1024
UPLOAD_LIMIT_BYTES = 20 * 1024 * 1024
PICTURE_LIMIT_BYTES = 10 * 1024 * 1024
EXTENDED_NAME = re.compile(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)", re.IGNORECASE)
PLAIN_NAME = re.compile(r"""filename\s*=\s*(?:"([^"]*)"|([^;\s]+))""", re.IGNORECASE)

SendFrame = Callable[[FrameCommand, FrameBody], Awaitable[Ack]]


@asynccontextmanager
async def offered(media: MediaLink, key: str = "") -> AsyncIterator[SentFile]:
    """Offer a file for as long as the block runs; `key` opens a file without a key of its own.

    A download that cannot be begun is offered too: its `fetch` raises `FileRefused`.
    """
    timeout = httpx.Timeout(DOWNLOAD_SECONDS)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
        try:
            request = client.build_request("GET", media.url)
            response = await client.send(request, stream=True, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            yield SentFile(media.filename or bot_wording.FILE, 0, refuse_download)
            return
        try:
            yield _sent_file(response, media, media.aeskey or key)
        finally:
            await response.aclose()


async def refuse_download() -> bytes:
    """Say that a file is gone.

    Raises:
        FileRefused: always.
    """
    raise FileRefused(bot_wording.FILE_GONE)


def _sent_file(response: httpx.Response, media: MediaLink, key: str) -> SentFile:
    name = file_name(response.headers.get("Content-Disposition", ""))
    size = response.headers.get("Content-Length", "")

    async def fetch() -> bytes:
        if response.status_code != httpx.codes.OK:
            await refuse_download()
        return decrypt(await _read(response), key)

    size_bytes = int(size) if size.isdecimal() else 0
    return SentFile(name or media.filename or bot_wording.FILE, size_bytes, fetch)


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    try:
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > FILE_LIMIT_BYTES + PADDING_BYTES:
                raise FileRefused(bot_wording.FILE_TOO_LARGE)
    except httpx.HTTPError as exc:
        raise FileRefused(bot_wording.FILE_GONE) from exc
    return bytes(content)


def file_name(disposition: str) -> str:
    """Return the name of a download, without any folder; "" without a name.

    >>> file_name("attachment; filename*=UTF-8''%E8%A6%81%E7%82%B9.txt")
    '要点.txt'
    """
    if match := EXTENDED_NAME.search(disposition):
        name = unquote(match[2], match[1], errors="replace")
    elif match := PLAIN_NAME.search(disposition):
        # a header is Latin-1 for HTTP libraries; servers write UTF-8 into it
        said = match[1] or match[2] or ""
        name = unquote(said.encode("latin-1", "replace").decode("utf-8", "replace"))
    else:
        return ""
    return re.split(r"[/\\]", name)[-1].strip()


def decrypt(content: bytes, key: str) -> bytes:
    """Return a file opened with the key of its message, in base64 of 32 bytes.

    Raises:
        FileRefused: it does not open with that key.
    """
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4))
        decryptor = Cipher(AES256(secret), CBC(secret[:16])).decryptor()
        unpadder = PKCS7(PADDING_BITS).unpadder()
        padded = decryptor.update(content) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except (ValueError, binascii.Error) as exc:
        raise FileRefused(bot_wording.FILE_BROKEN) from exc


async def upload(attachment: Attachment, request: SendFrame) -> tuple[str, str]:
    """Upload a file in pieces and return its kind (file, image) and media id, good for 3 days.

    Raises:
        ChannelRefused: it is larger than WeCom takes, or refused.
        ChannelUnavailable: the connection was cut.
    """
    content = attachment.content
    is_picture = attachment.is_picture and len(content) <= PICTURE_LIMIT_BYTES
    if len(content) > UPLOAD_LIMIT_BYTES:
        raise ChannelRefused(bot_wording.UPLOAD_TOO_LARGE.format(name=attachment.name))
    kind = "image" if is_picture else "file"
    pieces = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
    about = {"type": kind, "filename": attachment.name, "total_size": len(content)}
    about |= {"total_chunks": len(pieces), "md5": hashlib.md5(content).hexdigest()}
    begun = await request(FrameCommand.UPLOAD_INIT, about)
    upload_id = begun.body.get("upload_id", "")
    for index, piece in enumerate(pieces):  # from 0, as WeCom's own SDK counts
        chunk = {"upload_id": upload_id, "chunk_index": index}
        said = base64.b64encode(piece).decode()
        await request(FrameCommand.UPLOAD_CHUNK, chunk | {"base64_data": said})
    ended = await request(FrameCommand.UPLOAD_FINISH, {"upload_id": upload_id})
    return kind, str(ended.body.get("media_id", ""))
