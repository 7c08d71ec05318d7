"""How far a sentence holds the kind of thing that a question asks for."""

import re
from functools import lru_cache

from bot.understanding.answer_type import AnswerType, Asked
from knowledge.text import normal

NUMERAL = r"(?:\d+(?:[.,]\d+)?|[一二两三四五六七八九十百千]+|[×x]+(?:-[×x]+)?)"
ALIKE_UNITS = (
    "次场回期趟遍",
    "个家处所项间座支条种类块层",
    "名人",
    "张",
    "%",
    "天日",
    "斤",
    "吨",
    "亩",
)
COUNTED_ALIKE = "个名人户张套只盏家处所项部座条件种类"
DATE = re.compile(
    r"\d{4}年|\d{1,2}日|\d{1,2}月(?:\d{1,2}日|底)?|年底|年内|月底|上半年|下半年|季度|年末|年前|期末"
)
DURATION = re.compile(
    rf"{NUMERAL}个?(?:年|月|工作日|日|天|小时|周)|有效期|试行期|实施期|\d{{4}}-\d{{4}}年"
)
OFTEN = re.compile(r"[每按逐][半两一二三]?个?[天日周旬月季年]|一[天周月季年]一")
MONEY = re.compile(rf"{NUMERAL}[余多]?[百千]?[万亿]?[余多]?(?:元|美元|欧元)|全额|×元")
SHARE = re.compile(r"\d[\d.]*%|百分之|[一二三四五六七八九]成|\d[:：]\d|全覆盖|[翻倍]")
WHO = re.compile(
    "牵头|负责|主办|承办|责任(?:单位|部门|科室|股室|人)|由[^，。；]{2,16}(?:承担|组织|办理|实施|管理|运营|建设)|配合"
    "|[局厅委部办会院司组]）|组长|主任"
)
CONTACT = re.compile(
    r"\d{3,4}-\d{7,8}|1\d{10}|@|\d{3,4}[- ]?\d{7,8}|(?:地址|路|街|道)[^，。]{0,12}\d+号|邮编"
)
DOCNUMBER = re.compile(r"〔\d{4}〕\d+号|\[\d{4}\]\d+号|[A-Z]{2,}[/T]*\s?\d{3,}")
MEANING = re.compile("[（(][^）)]{2,}[）)]|是指|指的是|即|简称|全称|：")
PLACE = re.compile("[省市县区镇乡村]|平台|中心|大厅|网站|窗口|设在|位于")
ANY = re.compile(r"\d|×|[一二两三四五六七八九十]+[个项家类种大条]")
PATTERNS = {
    AnswerType.DATE: DATE,
    AnswerType.DURATION: DURATION,
    AnswerType.OFTEN: OFTEN,
    AnswerType.MONEY: MONEY,
    AnswerType.SHARE: SHARE,
    AnswerType.WHO: WHO,
    AnswerType.CONTACT: CONTACT,
    AnswerType.DOCNUMBER: DOCNUMBER,
}


def fits(asked: Asked, sentence: str) -> float:
    """How far the sentence holds the kind of thing that is asked for, 0 to 1."""
    return max(_fit(t, asked.unit, sentence) for t in asked.types)


@lru_cache(maxsize=20_000)
def _fit(type_: AnswerType, unit: str | None, sentence: str) -> float:
    text = re.sub(r"\s+", "", normal(sentence)).replace("个百分点", "%").replace("百分点", "%")
    if type_ in PATTERNS:
        return float(bool(PATTERNS[type_].search(text)))
    if type_ is AnswerType.NUMBER:
        return _number_fit(unit, text)
    if type_ is AnswerType.MEANING:
        return 0.5 * bool(MEANING.search(text))
    if type_ is AnswerType.WHERE:
        return 0.5 * bool(PLACE.search(text))
    return 0.0


@lru_cache(maxsize=20_000)
def holds_figure(text: str) -> bool:
    """True if a text prints a figure that is no date."""
    bare = DATE.sub("", re.sub(r"\s+", "", normal(text)))
    return re.search(rf"{NUMERAL}[余多]?[万亿]?[^\W\d_]|%|×", bare) is not None and (
        re.search(r"\d|×|百分之", bare) is not None
    )


def _number_fit(unit: str | None, text: str) -> float:
    bare = DATE.sub("", text)
    if unit is None:
        return float(bool(ANY.search(bare)))
    if unit in ("万", "亿"):
        return float(bool(re.search(rf"{NUMERAL}[余多]?{unit}", bare)))
    if re.search(rf"{NUMERAL}[余多]?[万亿]?[余多]?个?{re.escape(unit)}", bare):
        return 1.0
    alike = next((units for units in ALIKE_UNITS if unit in units), unit)
    if re.search(rf"{NUMERAL}[余多]?[万亿]?(?:余|多|个工作)?大?[{re.escape(alike)}]", bare):
        return 0.7
    if unit in COUNTED_ALIKE and re.search(rf"{NUMERAL}[余多]?[万亿]?[{COUNTED_ALIKE}]", bare):
        return 0.5
    return 0.2 * bool(re.search(r"\d", bare))
