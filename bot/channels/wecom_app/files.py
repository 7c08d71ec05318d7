"""A member's file: downloaded only for somebody who may put files in.

Source: https://developer.work.weixin.qq.com/document/path/90254. Not every tenant delivers files to
a self-built app; the AI bot does.
"""

from bot.channels.wecom.api import FILE_LIMIT_BYTES, WeComApi
from bot.channels.wecom_app.callbacks import AppCallback
from bot.errors import ChannelRefused, ChannelUnavailable, FileRefused
from bot.messages import SentFile
from bot.wording import wecom_app as wording_wecom


def sent_file(callback: AppCallback, api: WeComApi) -> SentFile:
    """Return the file of a callback; its size is not known before it is fetched."""

    async def fetch() -> bytes:
        try:
            media = await api.download(callback.media_id, FILE_LIMIT_BYTES)
        except ChannelRefused as exc:
            raise FileRefused(wording_wecom.FILE_GONE) from exc
        except ChannelUnavailable as exc:
            raise FileRefused(wording_wecom.FILE_UNREACHABLE) from exc
        if media is None:
            limit = FILE_LIMIT_BYTES // 1_000_000
            raise FileRefused(wording_wecom.FILE_TOO_LARGE.format(limit=limit))
        return media.content

    return SentFile(callback.file_name or wording_wecom.FILE_UNNAMED, 0, fetch)
