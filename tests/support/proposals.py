"""A plan with a target that the rules miss, and what a model says of it."""

TEXT = """2024年云溪市工作要点
一、养老服务
年底前新增床位500张，邻里互助点每村都要办起来，名单里的二十来户“优先照顾”。
二、婚姻登记
新建登记点2处。
"""
MISSED = {
    "quote": "名单里的二十来户“优先照顾”",
    "metric": "名单里优先照顾",
    "op": "=",
    "value": "二十",
    "unit": "户",
    "deadline": "年底前",
    "kind": "target",
}
NOTHING = "【无遗漏】"
