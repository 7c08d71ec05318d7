"""A sentence -> its quantities: each number that counts something, its unit and how it binds.

The scanner reads over numbers that are no quantities: dates, ordinals, ages, sizes of what is
counted (每1000人), names with letters (3A, PM2.5). `commitments` then decides which of the rest a
plan commits to.

Not covered: ratios (1:15), numbers in words (近百家, 数十场), tables.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.clauses import BLANK, TOTAL_WORDS, Sentence

ARABIC = r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
HAN = "[一二两三四五六七八九十百千零〇]+万?"
HIDDEN = r"(?:×+|[XＸ]+|[*＊]+)"  # a figure that was taken out before the plan was handed on
ONE = rf"(?:{ARABIC}(?:[十百千]?[万亿]|[百千])?|{HAN}|{HIDDEN}[万亿]?)[%％‰]?"
DASH = "[-—–－~～至到]{1,2}"
VALUE = rf"百分之{HAN}|{HAN}分之{HAN}|{ARABIC}/10万|{ONE}(?:{DASH}{ONE})?"

# A measure word that also begins another word says which: 5家 is a unit, 5家庭 is not.
MEASURES = (
    "个百分点 百分点 平方公里 平方米 立方米 公里 千米 微克 毫克 公顷 公斤 千瓦时 兆瓦 千瓦 "
    "个工作日 工作日 个小时 小时 分钟 个月 学时 课时 人次 户次 场次 班次 批次 件次 车次 床位 学位 "
    "座位 美元 欧元 倍 盏 名(?!单|录|称|牌) 个 家(?!庭|园|长|政|具|电|属|乡|校|访) "
    "所(?!有|需|在|以|属|谓|得) 处(?!理|置|方|级|长|罚|分|于) 户(?!籍|口|外|型|均|厕|档) "
    "张(?!贴|榜) 人(?!大|民|才|社|居|均|口|员|力) 次(?!性|级|区|序|要|分配|元) 场(?!所|地|馆|景) "
    "期(?!间|限|末|刊|望) 件(?!均) 项 套 座(?!谈) 只(?!要|有|能|需|是) 支(?!持|部|出|付|撑|援|教) "
    "条(?!件|例|款) 台(?!账|风|阶) 辆 部(?!门|分|署|位|队|委|级) 间(?!接|隔|距) 栋 幢 本 册 "
    "份(?!额) 对(?!口|象|外|接) 例(?!会|行) 起 宗 笔 株 棵 头 匹 艘 架 枚 块 幅 盒 箱 袋 篇 门 堂 "
    "节 组(?!织|建|成) 支队伍 位(?!置|于|居) 元(?!旦|素|宵|首) 米 亩 吨 斤 度(?!假|过) 升 "
    "分(?!别|类|布|级|支|析|之|钟) 天 日 周(?!年|边|岁) 年 番 村 镇 街道 社区 区县 县"
).split()
UNIT = "[%％‰]|" + "|".join(sorted(MEASURES, key=lambda word: -len(word.split("(")[0])))
PER = (
    "人次 人 户 月 学年 年 学期 季度 天 日 周 次 例 餐 床 张 个 平方米 立方米 公里 亩 公顷 吨 生 班 "
    "百户 百人 千人 万人 斤 公斤 小时 度 件 台 辆 间 村 站 所 家"
).split()
RATE = rf"[/／](?:{'|'.join(PER)})(?:[·•・/／](?:{'|'.join(PER)}))*"
BOUND = "及?以上|及?以下|以内|之内|内(?![容部外涵在陆])|左右|上下"

YEARS = r"[12]\d{3}(?:[-—–~～至到][12]\d{3})?年(?:\d{1,2}月(?:\d{1,2}日)?)?"
SKIPPED = rf"""
    {YEARS}(?:度|代)?
  | \d{{1,2}}月份?(?:{DASH}\d{{1,2}}月)?(?:\d{{1,2}}[日号])?
  | \d{{1,2}}[日号](?=[前起止至、—-])
  | {ONE}(?:{DASH}{ONE})?(?:周岁|岁|周年)(?:及?以[上下])?
  | [第满每]\s?{ONE}(?:[-—、至]第?{ONE})*
  | (?<![目当提以年之底日月])前{ONE}
  | {ONE}多?年(?:来|级|制)
  | (?:连续|过去|近){ONE}(?:年|次|个月|天|届|季度)?
  | {ONE}(?:周年|年级|年制|届|号|楼|层|时许|点钟)
  | [A-Za-z]+[-.]?\d[\d.]*[A-Za-z]*|\d+(?:\.\d+)?[A-Za-z]+\d*
  | \d+(?:\+\d+)+|\d+[×xX*]\d+|\d+[:：]\d+(?:\.\d+)?
"""
SCANNER = re.compile(
    rf"(?<![\d.A-Za-z])(?:(?P<skipped>{SKIPPED})"
    rf"|(?P<symbol>[≥≤>＞<＜])?(?P<value>{VALUE})(?P<more>余|多)?(?P<unit>{UNIT})?(?P<rate>{RATE})?"
    rf"{BLANK}*(?P<bound>{BOUND})?)",
    re.VERBOSE,
)
TOTAL = re.compile("|".join((*TOTAL_WORDS, "所有(?!权|制|者|人)")))

PER_WORD = (
    r"(?:每\s?(?:[百千万]|\d+)?(?:个?(?:学期|学年|季度|半年|月|周|天|日|年|人|户|餐|例|名|床|次|亩)"
    r"|[百千万][\u4e00-\u9fff]{1,3}?))"
)
SPAN_WORDS = "学期 学年 季度 半年 月 周 天 日 年".split()
AT_LEAST = "不少于|不低于|不小于|不得少于|不得低于|至少|最少"
AT_MOST = "不超过|不高于|不多于|不大于|不得超过|不得高于|最多|最高|至多|控制在|上限不超"
# 至少建设1个: the verb may stand between a bound and its number
FAR_BOUND = re.compile(rf"(?:(?P<least>{AT_LEAST})|(?P<most>{AT_MOST}))[^、]{{0,12}}\Z")
NEAR_BOUNDS = (
    (re.compile(rf"(?:{AT_LEAST})\Z"), ">="),
    (re.compile(rf"(?:{AT_MOST})\Z"), "<="),
    (re.compile(r"(?:高于|超过|超|大于|多于|突破)\Z"), ">"),
    (re.compile(r"(?:低于|少于|小于)\Z"), "<"),
    # 增幅达到7.1% states a growth, 覆盖率达到80% a floor
    (re.compile(r"(?:增幅|增速|涨幅|降幅|增长率)(?:分别)?(?:达到|达)\Z"), "="),
    (re.compile(r"(?:达到|达)\Z"), ">="),
)
BEHIND = {"以上": ">=", "以下": "<=", "内": "<=", "左右": "=", "上下": "="}
SYMBOLS = {"≥": ">=", "≤": "<=", ">": ">", "＞": ">", "<": "<", "＜": "<"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, or a total such as 全覆盖; sentence[start:end] prints it.

    `clause` is the index of its clause; `bound` what is printed behind the unit.
    """

    start: int
    end: int
    clause: int
    value: str
    op: str
    unit: str | None
    bound: str = ""

    @property
    def is_total(self) -> bool:
        """Say whether it is a word such as 全部, not a number."""
        return self.op == "all"

    @property
    def redacted(self) -> bool:
        """Say whether the figure was taken out of the text."""
        return bool(re.search(HIDDEN, self.value))


def scan_quantities(sentence: Sentence) -> list[Quantity]:
    """Return every number of the sentence that could count something, in printed order."""
    return _share_bounds(sentence, list(_scan(sentence)))


def scan_totals(sentence: Sentence) -> list[Quantity]:
    """Return the words of the sentence that say all."""
    return [
        Quantity(m.start(), m.end(), sentence.clause_at(m.start()), m[0], "all", None)
        for m in TOTAL.finditer(sentence.plain)
    ]


def _scan(sentence: Sentence) -> Iterator[Quantity]:
    previous = 0
    for match in SCANNER.finditer(sentence.plain):
        if match["skipped"]:
            continue
        index = sentence.clause_at(match.start())
        before = sentence.plain[max(sentence.clauses[index].start, previous) : match.start()]
        unit = _unit(match, before)
        value, hidden = match["value"], re.match(HIDDEN, match["value"])
        if hidden and not unit:
            continue
        if hidden and unit and unit[0] not in "%％‰":  # nothing but its measure word tells ×名 from ×处
            value = sentence.text[match.start("value") : match.end("unit")]
        yield Quantity(
            match.start(), match.end(), index, value, _op(match, before), unit, match["bound"] or ""
        )
        previous = match.end()


def _unit(match: re.Match[str], before: str) -> str | None:
    """Return the measure word with its rate, printed behind it (元/人·月) or before (每月两次)."""
    value = match["value"]
    if value.endswith(("%", "％", "‰")) or value.startswith("百分之"):
        return "‰" if value.endswith("‰") else "%"
    if value.endswith("/10万"):
        return "/10万"
    unit = match["unit"]
    if not unit or match["rate"]:
        return f"{unit}{match['rate']}".replace("／", "/") if unit else None
    rates = [re.sub(r"\A每个?", "", word) for word in _per_words(before)]
    return "/".join((unit, "·".join(rates))) if rates else unit


def _per_words(before: str) -> list[str]:
    """Return the 每… that make a rate: those right before the number, and spans of time."""
    before = re.sub(rf"(?:{AT_LEAST}|{AT_MOST}|补贴|补助|奖励|为|达到|达)+\Z", "", before)
    near = re.search(rf"{PER_WORD}+\Z", before)
    words = re.findall(PER_WORD, near[0]) if near else []
    spans = [w for w in re.findall(PER_WORD, before) if w.removeprefix("每") in SPAN_WORDS]
    groups = re.findall(r"每[百千万][\u4e00-\u9fff]{1,3}?(?=拥有|登记|常住|有|[^\u4e00-\u9fff])", before)
    yearly = ["每年"] if re.search(r"每.*年[^内底末度]", before) and not spans else []
    return list(dict.fromkeys([*words, *spans, *groups, *yearly]))


def _op(match: re.Match[str], before: str) -> str:
    bound = (match["bound"] or "").lstrip("及")
    if re.search(rf".{DASH}.", match["value"]):
        return "range"
    if bound in BEHIND or bound[-1:] in BEHIND:
        return BEHIND.get(bound) or BEHIND[bound[-1:]]
    if match["symbol"]:
        return SYMBOLS[match["symbol"]]
    if match["value"] in ("100%", "100％"):
        return "="
    before = re.sub(rf"{PER_WORD}+\Z", "", before)
    for pattern, op in NEAR_BOUNDS:
        if pattern.search(before):
            return op
    if far := FAR_BOUND.search(before):
        return ">=" if far["least"] else "<="
    return ">" if match["more"] else "="


def _share_bounds(sentence: Sentence, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give "达到60%、70%和80%以上" one bound: what stands first or last binds the whole list."""
    shared = list(quantities)
    for i in range(len(shared) - 1):
        first, second = shared[i], shared[i + 1]
        if not re.fullmatch("[、和与及]", sentence.plain[first.end : second.start]):
            continue
        if second.bound and not first.bound:
            shared[i] = replace(first, op=second.op, bound=second.bound)
        elif second.op == "=" and not second.bound:
            shared[i + 1] = replace(second, op=first.op)
    return shared
