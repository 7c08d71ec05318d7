"""A plan -> what in it reports, and what promises.

A speech looks back before it looks ahead, a report to a congress has a chapter for each. The
heading says so, else the words that introduce a part, else the verbs of the clause itself.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.plan import Plan, Section

REPORT_HEADING = re.compile(
    r"回顾|总结(?!推广|经验)|(?:完成|工作|进展|执行|落实)情况|主要(?:成效|成绩|做法)|工作成效|肯定成绩"
    r"|\A(?:发展|工作)(?:基础|现状)|取得[^。]{0,12}(?:成绩|成效|进展)|过去[一二两三四五]?年"
    r"|(?:主要|显著|明显|积极|重要|重大)(?:进展|成效|成就|成绩)|(?:成效|成绩|成就)(?:显著|突出|明显)"
)
# A text that is a report as a whole looks back until a chapter looks ahead.
REPORT_TITLE = re.compile(
    r"总结(?!推广|经验)|述职|(?:完成|进展|执行|落实|开展|工作)情况的?(?:报告|汇报|通报)?|工作汇报"
)
NEXT_HEADING = re.compile(r"安排|打算|计划|下一步|今后|思路|部署|努力方向|下半年|明年|目标")
PROBLEM_HEADING = re.compile(
    r"(?:正视|存在|面临|认清)[^。]{0,8}(?:问题|困难|不足|挑战|差距)|\A主要问题"
    r"|问题(?:和|与|及)(?:困难|不足)"
)
PLAN_HEADING = re.compile(r"安排|打算|计划|任务|目标|部署|下一步|今后|思路|要求|要点|建议|重点")
# In a report, from here to the end of the paragraph: 但是，我们也要清醒看到…
TURNS_TO_PROBLEMS = re.compile(
    r"\A\s*(?:但是?|然而|不过|当然|与此同时|同时|在(?:肯定|看到)成绩的同时)[^。]{0,20}"
    r"(?:看到|清醒|认识到|沾沾自喜|自满|不足|差距|问题|短板|困难)"
)
HEADING_CHARS = 30  # of a line within a section's text that announces what follows

# In the words before a part: what the part will be about.
LOOKS_BACK = re.compile(
    r"取得了?[^。]{0,12}(?:进展|成效|成绩|成果|突破)|荣获|表彰|一年来|过去一?年|回顾"
)
LOOKS_AHEAD = re.compile(
    r"要以|总体要求|思路|重点|以下|如下|下一步|今后|要(?:适应|坚持|围绕|把|全面)|任务|安排|为主线"
    r"|为指[导引]|现(?:印发|制定)|下面|几点|目标|力争"
)
TURNS_AHEAD = re.compile(r"下一步|今后|(?:20\d{2}|×)年是|今年[^。]{0,6}要|新的一年|当前")
# A report orders nothing: these words stand in plans, some in every section.
ORDERS = re.compile(r"要(?!求|素|点)|确保|力争|将(?!来)|进一步|年底前|月底前|不少于|不低于|至少")

DONE = re.compile(
    r"(?<!未)已(?!于|知)|业已|[成现建造得挥台到立布展供放善高升增持响]了(?!解)|得到(?:改善|提升|加强)"
    r"|圆满|去年|上年|上一年|过去|截至|截止|目前|现有|(?:被[^，]{0,10}(?:评为|授予|确定为|表彰)|荣获|获评)(?![^，]{0,14}的)"
)
COMPARED = re.compile(r"[比较](?:去年|上年|上一年|过去|目前|现有)|在[^，]{0,12}基础上|以现有")
PROMISED = re.compile(
    r"按照|确保|力争|争取|年底前|月底前|将|拟|计划|要(?!求|素|点)|不少于|不低于|至少|今年|再"
)


def reporting_sections(plan: Plan) -> list[bool]:
    """Return a mark for each of `plan.all_sections()`: True where it reports what was done."""
    marks: list[bool] = []
    intro = ""
    is_report = REPORT_TITLE.search(plan.metadata.title) is not None
    for _, group in groupby(plan.all_sections(), key=lambda s: (s.part, s.path == ())):
        part = list(group)
        default = is_report or (_introduces_report(intro) and _tells_of_deeds(part))
        marks += _mark_part(part, default)
        is_report = is_report and not any(_looks_ahead(s) for s in part)
        intro = part[-1].text
    return marks


def names_problems(heading: str) -> bool:
    """True if a heading announces nothing but what is wrong: figures below are no commitments."""
    return PROBLEM_HEADING.search(heading) is not None and not REPORT_HEADING.search(heading)


def turns_to_problems(sentence: str) -> bool:
    """True if a sentence turns from what was done to what is wrong."""
    return TURNS_TO_PROBLEMS.match(sentence) is not None


def still_reports(sentence: str, plain: str, reports: bool, heading: str = "") -> bool:
    """Follow the text: a line such as 2023年工作回顾 begins a report, 今年要… ends one, but not
    2023年是… below that `heading`. `plain` is the sentence without the names that it prints.
    """
    is_line = not sentence.endswith(("。", "！", "？")) and len(sentence) <= HEADING_CHARS
    if is_line and _announces_report(sentence):
        return True
    turn = TURNS_AHEAD.search(plain)
    is_own_year = turn is not None and turn[0].removesuffix("是") in heading
    ends = (turn and not is_own_year) or (is_line and PLAN_HEADING.search(plain))
    return reports and not ends


def is_done(told: str) -> bool:
    """True if the last verb of a sentence, as far as it is `told`, is of something done.

    "比上年增加200户" compares, it does not report.
    """
    text = COMPARED.sub("", told)
    done = [m.end() for m in DONE.finditer(text)]
    return bool(done) and not PROMISED.search(text, done[-1])


def _mark_part(part: Sequence[Section], default: bool) -> Iterator[bool]:
    """Yield for each section what its heading says, else what the one above it says."""
    above: list[tuple[int, bool]] = []
    for section in part:
        depth = len(section.path)
        while above and above[-1][0] >= depth:
            above.pop()
        default = default and not _looks_ahead(section)
        reports = above[-1][1] if above else default
        above.append((depth, reports or _announces_report(section.heading)))
        yield above[-1][1]


def _looks_ahead(section: Section) -> bool:
    is_chapter = len(section.path) == 1
    return is_chapter and NEXT_HEADING.search(section.heading) is not None


def _announces_report(line: str) -> bool:
    """True if a heading announces a report: 2023年工作回顾, not 工作总结和下一步安排."""
    back = [m.end() for m in REPORT_HEADING.finditer(line)]
    return bool(back) and not PLAN_HEADING.search(line, back[-1])


def _introduces_report(intro: str) -> bool:
    """True if a text that stands before a part looks back in its last words."""
    back = [m.start() for m in LOOKS_BACK.finditer(intro)]
    return bool(back) and not LOOKS_AHEAD.search(intro, back[-1])


def _tells_of_deeds(part: Sequence[Section]) -> bool:
    """True if the sections tell of deeds and give no orders.

    Only their first paragraphs count: below its own, the last may turn to the future.
    """
    texts = [section.text.split("\n", 1)[0] for section in part]
    deeds, orders = (sum(bool(words.search(t)) for t in texts) for words in (DONE, ORDERS))
    return 2 * deeds >= len(texts) > 2 * orders
