"""The menu below the app's chat; each of its buttons is a command typed for the person.

Source: https://developer.work.weixin.qq.com/document/path/90231: three buttons of 16 bytes, five
below each of 40 bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.wording import wecom_app as wording_wecom

START, TARGETS, PLANS, CLEAR, HELP = "/start", "/targets", "/plans", "/clear", "/help"
COMMANDS = frozenset({START, TARGETS, PLANS, CLEAR, HELP})


def menu() -> Sequence[Mapping[str, Any]]:
    """Return the menu as WeCom's JSON wants it: 提问 ▸ 例题, 指标, 更多 ▸ 文件 · 清除 · 帮助."""
    more = [
        _button(wording_wecom.MENU_PLANS, PLANS),
        _button(wording_wecom.MENU_CLEAR, CLEAR),
        _button(wording_wecom.MENU_HELP, HELP),
    ]
    return [
        {
            "name": wording_wecom.MENU_ASK,
            "sub_button": [_button(wording_wecom.MENU_EXAMPLES, START)],
        },
        _button(wording_wecom.MENU_TARGETS, TARGETS),
        {"name": wording_wecom.MENU_MORE, "sub_button": more},
    ]


def _button(name: str, key: str) -> dict[str, str]:
    return {"type": "click", "name": name, "key": key}
