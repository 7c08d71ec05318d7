"""Numbered Word files, the lines that Word shows of them, and where LibreOffice differs."""

from tests.support.word_files import (
    CHAPTER_LEVELS,
    HAN_LEVELS,
    abstract,
    docx,
    level,
    list_of,
    num,
    override,
    p,
    style,
    style_numbers,
    table,
)

RUNNING_ARTICLES = [
    *CHAPTER_LEVELS[:2],
    (*CHAPTER_LEVELS[2], '<w:lvlRestart w:val="0"/>'),
]
OUTLINE = [("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")]
TWO_LISTS = abstract(0, HAN_LEVELS) + abstract(1, [("decimal", "%1.")]) + num(1, 0) + num(2, 1)
HEADINGS = [(fmt, text, f'<w:pStyle w:val="{i}"/>') for i, (fmt, text) in enumerate(HAN_LEVELS)]
HEADING_STYLES = (
    style("0", "heading 1", style_numbers(num=1))
    + style("1", "heading 2", style_numbers(level=1, num=1))
    + style("2", "heading 3", style_numbers(level=2, num=1))
    + style("mine", "二级标题", '<w:basedOn w:val="1"/>')
)

# The plan, and its lines as Word shows them, without white space.
PLANS = {
    "levels": (
        docx(
            p("澜州市水务工作要点"),
            *(p("修好水渠", 0), p("整修干渠", 1), p("清淤", 2), p("东段", 3), p("上游", 4)),
            *(p("下游", 4), p("西段", 3), p("换闸", 2), p("整修支渠", 1), p("清淤", 2)),
            *(p("建好水厂", 0), p("新建", 1)),
            numbering=list_of(HAN_LEVELS),
        ),
        "澜州市水务工作要点 一、修好水渠 （一）整修干渠 1.清淤 （1）东段 ①上游 ②下游 （2）西段 "
        "2.换闸 （二）整修支渠 1.清淤 二、建好水厂 （一）新建",
    ),
    "chapters": (
        docx(
            *(p("总则", 0), p("目的", 1), p("保护水源", 2), p("节约用水", 2), p("附则", 0)),
            *(p("施行", 1), p("即日起", 2)),
            numbering=list_of(CHAPTER_LEVELS),
        ),
        "第一章总则 第一节目的 第一条保护水源 第二条节约用水 第二章附则 第一节施行 第一条即日起",
    ),
    "articles run through chapters": (
        docx(
            *(p("总则", 0), p("目的", 1), p("保护水源", 2), p("节约用水", 2), p("附则", 0)),
            *(p("施行", 1), p("即日起", 2)),
            numbering=list_of(RUNNING_ARTICLES),
        ),
        "第一章总则 第一节目的 第一条保护水源 第二条节约用水 第二章附则 第一节施行 第三条即日起",
    ),
    "restart by startOverride": (
        docx(
            *(p("种粮", 0), p("种菜", 0), p("附件"), p("修路", 0, 2), p("修桥", 0, 2)),
            p("接前文", 0, 1),
            numbering=abstract(0, HAN_LEVELS) + num(1, 0) + num(2, 0, override(0, 1)),
        ),
        "一、种粮 二、种菜 附件 一、修路 二、修桥 三、接前文",
    ),
    "restart of a second level": (
        docx(
            *(p("种粮", 0), p("水稻", 1), p("种菜", 0, 2), p("大棚", 1, 2), p("露地", 1, 2)),
            numbering=abstract(0, HAN_LEVELS) + num(1, 0) + num(2, 0, override(1, 3)),
        ),
        "一、种粮 （一）水稻 二、种菜 （三）大棚 （四）露地",
    ),
    "heading styles": (
        docx(
            *(p("校舍", style="0"), p("新建", style="1"), p("选址", style="2")),
            *(p("改造", style="mine"), p("不编号", style="0", num=0), p("师资", style="0")),
            p("招聘", style="1"),
            styles=HEADING_STYLES,
            numbering=list_of(HEADINGS),
        ),
        "一、校舍 （一）新建 1.选址 （二）改造 不编号 二、师资 （一）招聘",
    ),
    "a list that names the style of a level": (
        docx(
            *(p("校舍", style="0"), p("新建", style="1"), p("改造", style="1")),
            styles=style("0", inner=style_numbers(num=1))
            + style("1", inner=style_numbers(level=4, num=1)),
            numbering=list_of(HEADINGS),
        ),
        "一、校舍 （一）新建 （二）改造",
    ),
    "style that only sets the level": (
        docx(
            *(p("门诊", style="A"), p("挂号", style="B"), p("取药", style="B")),
            *(p("住院", style="A"), p("床位", level=1, style="A")),
            styles=style("A", inner=style_numbers(num=1))
            + style("B", inner='<w:basedOn w:val="A"/>' + style_numbers(level=1)),
            numbering=list_of(HAN_LEVELS),
        ),
        "一、门诊 （一）挂号 （二）取药 二、住院 （一）床位",
    ),
    "level overridden": (
        docx(
            *(p("育苗", 0), p("选种", 1), p("造林", 0, 2), p("整地", 1, 2), p("栽植", 1, 2)),
            *(p("管护", 0), p("巡山", 1)),
            numbering=abstract(0, HAN_LEVELS)
            + num(1, 0)
            + num(2, 0, override(1, own_level=level(1, "decimal", "%2．"))),
        ),
        "一、育苗 （一）选种 二、造林 1．整地 2．栽植 三、管护 （一）巡山",
    ),
    "two lists over one abstract": (
        docx(
            *(p("通路", 0, 1), p("通水", 0, 2), p("管网", 1, 2), p("水表", 1, 1), p("通电", 0, 1)),
            numbering=abstract(0, HAN_LEVELS) + num(1, 0) + num(2, 0),
        ),
        "一、通路 二、通水 （一）管网 （二）水表 三、通电",
    ),
    "two lists interleaved": (
        docx(
            *(p("就业", 0, 1), p("培训", 0, 2), p("社保", 0, 1), p("扩面", 0, 2), p("征缴", 1, 1)),
            p("发放", 0, 2),
            numbering=TWO_LISTS,
        ),
        "一、就业 1.培训 二、社保 2.扩面 （一）征缴 3.发放",
    ),
    "list continued after a table": (
        docx(
            *(p("粮食", 0), table(["指标", "目标"], [p("产量", 0, 2), "五万吨"]), p("蔬菜", 0)),
            numbering=TWO_LISTS,
        ),
        "一、粮食 指标 目标 1.产量 五万吨 二、蔬菜",
    ),
    "numbering style": (
        docx(
            *(p("垃圾分类", 0, 2), p("定点", 1, 2), p("污水处理", 0, 1)),
            styles=style("plan", inner=style_numbers(num=1), kind="numbering"),
            numbering=abstract(0, HAN_LEVELS, before='<w:styleLink w:val="plan"/>')
            + abstract(1, [], before='<w:numStyleLink w:val="plan"/>')
            + num(1, 0)
            + num(2, 1),
        ),
        "一、垃圾分类 （一）定点 二、污水处理",
    ),
    "a level before its parent": (
        docx(
            *(p("目标", 1), p("原则", 1), p("任务", 0), p("修路", 2), p("修桥", 1)),
            numbering=list_of(OUTLINE),
        ),
        "1.1目标 1.2原则 2任务 2.1.1修路 2.2修桥",
    ),
    "decimal whatever the level's format": (
        docx(
            *(p("总则", 0), p("依据", 1), p("范围", 1), p("附则", 0), p("解释", 1)),
            numbering=list_of([CHAPTER_LEVELS[0], ("chineseCounting", "%1.%2", "<w:isLgl/>")]),
        ),
        "第一章总则 1.1依据 1.2范围 第二章附则 2.1解释",
    ),
    "a number both automatic and typed": (
        docx(p("一、种粮", 0), p("", 0), p("二、种菜", 0), numbering=list_of(HAN_LEVELS)),
        "一、一、种粮 二、 三、二、种菜",
    ),
    "a level that does not exist": (
        docx(p("种粮", 0), p("水稻", 1), numbering=list_of([OUTLINE[0], ("decimal", "%3.%2")])),
        "1种粮 水稻",
    ),
}
# What LibreOffice 7.4 prints instead, and why Word does not.
DIFFERENT = {
    # It does not know w:lvlRestart (17.9.10).
    "articles run through chapters": PLANS["chapters"][1],
    # It takes the level that the style says, Word the one that names the style (17.9.23).
    "a list that names the style of a level": "一、校舍 ①新建 ②改造",
    # It does not know w:isLgl (17.9.4).
    "decimal whatever the level's format": "第一章总则 一.一依据 一.二范围 第二章附则 二.一解释",
    # It prints a placeholder that Word leaves out with its whole text ([MS-OI29500] 2.1.283).
    "a level that does not exist": "1种粮 %3%.1水稻",
}
