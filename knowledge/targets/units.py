"""Measure words and rates: what a number of a plan counts in.

A rate is printed behind the unit (880元/人·月) or before the number (每人每月880元, 每月两次,
每百户30平方米); both become unit/rate. A scope (每个镇街) is no rate: it belongs to the metric.
"""

import re

# A measure word that also begins another word says which: 5家 is a unit, 5家庭 is not.
MEASURES = (
    "个百分点 百分点 平方公里 平方米 立方米 公里 千米 微克 毫克 公顷 公斤 千瓦时 兆瓦 千瓦 "
    "个工作日 工作日 个小时 小时 分钟 个月 学时 课时 人次 户次 场次 班次 批次 篇次 天次 件次 车次 "
    "轮次 个次 床位 学位 座位 美元 欧元 倍 名(?!单|录|称|牌) 个 家(?!庭|园|政|具|电|属|乡|校|访) "
    "所(?!有|需|在|属|谓) 处(?!理|置|方|级|长|罚|分|于) 户(?!籍|口|外|型|均|厕|档) 张(?!贴|榜) "
    "人(?!大|民|才|社|居|均|口|员|力) 次(?!性|级|区|序|要|分配|元) 场(?!所|地|馆|景) "
    "期(?!间|限|末|刊|望|工程|项目|建设) 件(?!均) 项 套 座(?!谈) 只(?!要|有|能|需|是) "
    "支(?!持|部|出|付|撑|援|教) "
    "条(?!件|例|款) 台(?!账|风|阶) 辆 部(?!门|分|署|位|队|委|级) 间(?!接|隔|距) 栋 幢 本 册 "
    "份(?!额) 对(?!口|象|外|接) 例(?!会|行) 起 宗 笔 株 棵 头 匹 艘 架 枚 块 幅 盒 箱 袋 篇 门 堂 "
    "剂 标箱 标准箱 千伏安 列(?!入|为|出|支|席|车|举|表) 单(?!位|元|独|身|一|纯|笔|户|个|亲) "
    "首(?!个|次|批|家|位|先|府|都|创|要|届|发|席) 卷 口(?!袋|岸|径|罩|碑|号|粮|腔) "
    "眼(?!前|科|镜|光) 片(?!区|段|警) "
    "盏 颗 枝 粒 顶 种(?!类|植|养|子|业|粮|源|苗|质|群|畜|田|地|禽) "
    "根 桶 尾 羽 轮(?!训|换|岗|椅|流|胎) 遍 番 "
    "节 组(?!织|建|成) 位(?!置|于|居) 元(?!旦|素|宵|首) 米 亩 吨 斤 度(?!假|过) 升 "
    "分(?!别|类|布|级|支|析|之|钟) 天 日 周(?!年|边|岁) 年 番 村 镇 街道 社区 区县 县"
).split()
UNIT = "[%％‰]|" + "|".join(sorted(MEASURES, key=lambda word: -len(word.split("(")[0])))
PER = (
    "人次 人 户 月 学年 年 学期 季度 天 日 周 次 例 餐 床 张 个 平方米 立方米 公里 亩 公顷 吨 生 "
    "班 百户 百人 千人 万人 斤 公斤 小时 度 件 台 辆 间 村 站 所 家 具 课时 学时 班次"
).split()
RATE = rf"[/／](?:{'|'.join(PER)})(?:[·•・/／](?:{'|'.join(PER)}))*"

# Units of a share or a growth: they need no noun to be counted.
SHARES = "% ‰ 个百分点 百分点 倍 成".split()
DURATIONS = "分钟 小时 个小时 天 日 个月 年 周 个工作日 工作日".split()
PLACES = "村 镇 街道 社区 区县 县".split()
EVENTS = "次 场 期 节 堂".split()
SPANS = "学期 学年 季度 半年 半月 月 周 天 日 年".split()

PER_SPAN = (
    r"每\s?(?:[百千万]|\d+万?)?个?"
    r"(?:学期|学年|季度|半年|半月|月|周|天|日|年|人|生|户|餐|例|名|床|次|亩|村(?=\d)|具)"
)
PER_GROUP = (
    r"每(?:[百千万]|\d+万?)(?:名|位|个)?(?:老年人|老人|学生|居民|儿童|职工|常住人口|人口|人|户)"
)
YEARLY = r"(?<![老青少中壮幼今去明学成])年(?![内底末度轻龄])"  # 每个村年协商次数
YEARLY_MEAN = re.compile(r"年均[^，、增降]{0,8}\Z")  # 年均培训500人次
# What may stand between 每人 and its number.
SCALE = re.compile(r"(?P<number>[\d.,，×]+(?:[-—~～至][\d.,]+)?)(?P<scale>[万亿])(?!分)")
BEFORE_NUMBER = re.compile(
    r"(?:不少于|不低于|不小于|不得少于|不得低于|至少|最少|不超过|不高于|不多于|不大于|不得超过|不得高于"
    r"|最多|最高|至多|补贴|补助|奖励|发放|给予|为|达到|达)+\Z"
)


def recurs(unit: str | None) -> bool:
    """Say whether a unit counts by the time (次/年, 元/人·月): no last day ends it."""
    return any(span in (unit or "").partition("/")[2] for span in SPANS)


def scaled(value: str, unit: str | None) -> tuple[str, str | None]:
    """Return a value and its unit with 万 and 亿 as the measure word's: they tell how large it is.

    >>> scaled("1.5亿", "元"), scaled("500", "户"), scaled("×万名", "名")
    (('1.5', '亿元'), ('500', '户'), ('×万名', '万名'))
    """
    match = SCALE.match(value)
    if match is None or not unit or unit in SHARES:
        return value, unit
    is_hidden = "×" in value
    return (value if is_hidden else match["number"]), match["scale"] + unit


def with_rate(unit: str, before: str) -> str:
    """Return a unit with the rate that the words before its number print.

    >>> with_rate("元", "低保标准达每人每月"), with_rate("次", "每个村（社区）年协商")
    ('元/人·月', '次/年')
    """
    before = BEFORE_NUMBER.sub("", before)
    if YEARLY_MEAN.search(before) and unit not in SHARES:
        return f"{unit}/年"
    near = re.search(rf"(?:{PER_SPAN})+\Z", before)
    words = re.findall(PER_SPAN, near[0]) if near else []
    spans = [word for word in re.findall(PER_SPAN, before) if word.removeprefix("每") in SPANS]
    yearly = ["每年"] if not spans and re.search(rf"每.*{YEARLY}", before) else []
    printed = dict.fromkeys([*words, *spans, *re.findall(PER_GROUP, before), *yearly])
    rates = [re.sub(r"\A每\s?个?", "", word) for word in printed]
    return "/".join((unit, "·".join(rates))) if rates else unit
