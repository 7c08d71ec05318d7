"""What a plan says of its own 公众号 stays; what a site puts around a plan goes."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Plan
from knowledge.structure.cleaning.advertising import noise_around

TITLE = "澜州市2025年水务工作要点\n"


def parse(text: str) -> Plan:
    return parse_plan(text, "lanzhou.txt")


@pytest.mark.parametrize(
    "sentence",
    [
        "依托“澜州水务”微信公众号开展节水宣传，全年推送信息120期。",
        "扫码缴纳水费的用户达到90%。",
        "来访群众扫一扫即可预约，网上办件率达到95%。",
        "水务网（www.example.com）点赞量达到10万次。",
        "技术支持：市大数据局提供平台保障。",
        "审核：由县级水务部门负责，10个工作日内办结。",
        "来源：财政补助资金500万元。",
        "主办单位：市水务局，承办单位：市节水协会，募集资金200万元。",
        "| 1 | 办好微信公众号 | 推送120期 |",
    ],
)
@pytest.mark.parametrize("last", ["", "二、供水\n"])
def test_a_sentence_of_the_plan_is_never_advertising(sentence: str, last: str) -> None:
    plan = parse(f"{TITLE}一、宣传\n{sentence}\n{last}")
    assert (plan.dropped, plan.sections[0].text) == ((), sentence)
    assert plan.warnings == ()


def test_a_sentence_that_a_margin_broke_keeps_the_line_that_names_a_site() -> None:
    plan = parse(
        TITLE + "一、智慧水务\n（一）建平台。推进智慧水务平台建设，整合全市水厂、泵站、水文站\n"
        "点信息资源，居民及企业可通过“澜州水务”微信公众号查询水价、预约\n"
        "检修服务，全年线上服务不少于12万人次，满意度保持在95%以上。\n（二）建水厂2座。\n"
    )
    assert plan.dropped == ()
    assert "水文站点信息资源，居民及企业可通过“澜州水务”微信公众号查询水价、预约检修服务" in (
        plan.sections[1].text
    )


def test_buttons_of_a_page_go_and_a_cover_stays() -> None:
    page = "下载\n打印\n收藏\n【字号：\n大\n】\n"
    assert [d.text for d in parse(page + TITLE + "一、修渠\n").dropped] == page.split()
    cover = parse("澜州市水务\n“十五五”\n规　划\n澜州市\n二〇二六年三月\n一、修渠\n二、供水\n")
    assert cover.dropped == ()
    assert cover.metadata.title == "澜州市水务“十五五”规划"


def test_a_text_without_a_sentence_has_nothing_around_it() -> None:
    assert noise_around(["关注我们", "上一篇：水价"]) == {}


def test_a_line_of_a_site_is_not_joined_to_the_title() -> None:
    plan = parse(f"免责声明：本文来自网络，版权归原作者所有\n{TITLE}一、修渠\n清淤12公里。\n")
    assert plan.metadata.title == TITLE.strip()
    assert [d.why for d in plan.dropped] == ["网站的广告、导航或发布信息"]
