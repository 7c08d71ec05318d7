"""The calls of one self-built app to WeCom's server: messages, cards, files, its menu, its members.

Sources: https://developer.work.weixin.qq.com/document/path/90236 (messages and their limits), 94888
(updating a card), 90253 (media), 90231 (menu).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.channels.wecom.client import HASTY, ApiAnswer, Call, MediaFile, WeComClient
from bot.channels.wecom.members import Directory, Member

TEXT_LIMIT_BYTES = 2048  # UTF-8; WeCom silently drops what is longer
FILE_LIMIT_BYTES = 20_000_000  # of media/upload
PICTURE_LIMIT_BYTES = 2_000_000  # older servers; newer ones take 10 MB
SMALLEST_FILE_BYTES = 6

# WeCom delivers only the first of equal messages within this time: a send that was cut off before
# its answer can be repeated. It outlasts our own tries with all their pauses.
DUPLICATE_SECONDS = 1800

ApiBody = Mapping[str, Any]  # JSON of one message, from its msgtype on


class UploadAnswer(ApiAnswer):
    """The answer of media/upload; the file is kept for three days."""

    media_id: str = ""


class WeComApi:
    """One self-built app of one tenant."""

    def __init__(self, client: WeComClient, agent_id: int) -> None:
        """Take the client over; `close` closes it."""
        self._client = client
        self._agent_id = agent_id
        self._directory = Directory(client)

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.close()

    def is_reachable(self) -> bool:
        """True if the last call got an answer."""
        return self._client.is_reachable

    async def send(self, user: str, message: ApiBody, is_repetition: bool = False) -> None:
        """Send one message to one member; `is_repetition` lets the same words through again.

        Raises:
            ChannelRefused: a setting or a right is wrong; the text says which.
            ChannelUnavailable: WeCom stayed busy or out of reach.
        """
        body: dict[str, Any] = {"touser": user, "agentid": self._agent_id} | dict(message)
        if not is_repetition:
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": DUPLICATE_SECONDS}
        await self._client.call(ApiAnswer, Call("/cgi-bin/message/send", json=body))

    async def update_card(self, user: str, response_code: str, card: ApiBody) -> None:
        """Put another card in place of the pressed one; one try, for WeCom shows it only if it
        comes soon.

        Raises:
            ChannelError: as `send`.
        """
        body = {"userids": [user], "agentid": self._agent_id, "response_code": response_code}
        call = Call("/cgi-bin/message/update_template_card", json=body | {"template_card": card})
        await self._client.call(ApiAnswer, call, HASTY)

    async def upload(self, name: str, content: bytes, kind: Literal["image", "file"]) -> str:
        """Upload a file and return its media id.

        Raises:
            ChannelError: as `send`.
        """
        call = Call("/cgi-bin/media/upload", {"type": kind}, upload=MediaFile(name, content))
        return (await self._client.call(UploadAnswer, call)).media_id

    async def download(self, media_id: str, limit_bytes: int) -> MediaFile | None:
        """Return a member's file, or None if it is longer than the limit.

        Raises:
            ChannelRefused: it is no longer there (three days), or the app may not.
            ChannelUnavailable: WeCom could not be reached.
        """
        call = Call("/cgi-bin/media/get", {"media_id": media_id})
        return await self._client.download(call, limit_bytes)

    async def create_menu(self, buttons: Sequence[ApiBody]) -> None:
        """Show these buttons below the app's chat, for everybody.

        Raises:
            ChannelError: as `send`.
        """
        params = {"agentid": self._agent_id}
        call = Call("/cgi-bin/menu/create", params, json={"button": list(buttons)})
        await self._client.call(ApiAnswer, call, (1.0, 2.0))

    async def member(self, userid: str) -> Member | None:
        """Return the app's view of a member, or None if it has none; kept for ten minutes."""
        return await self._directory.member(userid)
