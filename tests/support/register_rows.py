"""Rows of the register of a plan that is given as text."""

from bot.targets.rows import TargetRow, rows_of
from knowledge.parsing import parse_plan
from knowledge.plan import PlanRecord

TEXT = """2024年云溪市工作要点
一、养老服务
（一）机构养老。年底前新增养老机构床位500张，护理型床位占比达到60%以上。
（二）居家养老。6月底前为300户困难老年人家庭进行适老化改造。
二、婚姻登记
（一）提升服务。7月底前完成婚姻档案电子化录入，婚姻登记合格率达到100%。（责任单位：市民政局婚姻科）
（二）加强保障。安排资金80万元，新建登记点2处，总数达到×处。
"""


def rows(text: str = TEXT) -> list[TargetRow]:
    plan = parse_plan(text, "plan.txt")
    record = PlanRecord("plan", 1, "plan.txt", plan.metadata)
    return list(rows_of(record, plan))


def rows_of_year(year: int, text: str) -> list[TargetRow]:
    return rows(f"{year}年云溪市工作要点\n一、重点工作\n（一）任务。{text}\n")
