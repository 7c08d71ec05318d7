"""Pages of three invented government sites around the text of a plan, as a browser saves them."""

NAVIGATION = ("首页", "新闻中心", "政务公开", "政务服务", "互动交流", "走进云溪")
RELATED = (
    "【图解】一图读懂云溪市今年工作要点",
    "【解读】市民政局负责人就今年工作要点答记者问",
    "云溪市民政局关于做好春节期间走访慰问工作的通知",
    "云溪市召开全市民政工作会议，部署八个方面重点任务",
)
SCRIPT = "<script>var hits = 1; document.write('一、脚本写的字。');</script>"


def links(texts: tuple[str, ...]) -> str:
    return "".join(f'<li><a href="/{i}.html">{text}</a></li>' for i, text in enumerate(texts))


def modern_site(text: str) -> bytes:
    """UTF-8, known containers, every paragraph a <p>, the 索引号 table above the article."""
    title, *body = text.splitlines()
    paragraphs = "".join(f"<p>\u3000\u3000{line.strip()}</p>\n" for line in body)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2025-03-10 09:30">
<title>{title}_云溪市人民政府</title><style>.a{{color:red}}</style>{SCRIPT}</head><body>
<header><a href="/"><h1>云溪市人民政府</h1></a><nav><ul>{links(NAVIGATION)}</ul></nav></header>
<div class="crumbs">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a></div>
<div class="wrap"><table class="xxgk"><tr><td>索 引 号：</td><td>YX000/2025-00012</td>
<td>发布机构：</td><td>云溪市民政局</td></tr><tr><td>成文日期：</td><td>2025年3月6日</td>
<td>发文字号：</td><td>云民发〔2025〕3号</td></tr><tr><td>主题分类：</td><td>民政、社区</td>
<td>有 效 性：</td><td>有效</td></tr></table>
<h1>{title}</h1><p class="info">发布时间：2025-03-10 09:30 来源：云溪市民政局 字号：[大 中 小]</p>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>
<div id="zoom" class="article-content">{paragraphs}
<div style="display:none">二、看不见的标题</div></div>
<div class="related"><h3>相关链接</h3><ul>{links(RELATED)}</ul></div></div>
<footer><p>主办单位：云溪市人民政府办公室 网站标识码：0000000000 云ICP备00000000号</p></footer>
</body></html>""".encode()


def old_site(text: str) -> bytes:
    """GBK under the name GB2312, tables that arrange the page, lines that end in <br>."""
    title, *body = text.splitlines()
    lines = "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line.strip()}" for line in body)
    menu = "".join(f'<td><a href="{i}.htm">{word}</a></td>' for i, word in enumerate(NAVIGATION))
    side = "<br>".join(f"<a href=a{i}.htm>{word}</a>" for i, word in enumerate(RELATED))
    return f"""<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312">
<title>{title}-云溪市民政局</title></head><body>
<table width=1000><tr>{menu}</tr></table>
<table><tr><td width=200 valign=top>{side}</td><td>
<table><tr><td align=center><font size=5><b>{title}</b></font></td></tr>
<tr><td>发布日期：2025-3-10　来源：本站　浏览次数：<span id=hits>128</span></td></tr>
<tr><td><font face=仿宋_GB2312>{lines}</font></td></tr>
<tr><td>【<a href="javascript:print()">打印本页</a>】
【<a href="javascript:close()">关闭窗口</a>】</td></tr>
</table></td></tr></table>{SCRIPT}
<table><tr><td align=center>版权所有：云溪市民政局　云ICP备00000000号</td></tr></table>
</body></html>""".encode("gb18030")


def div_soup(text: str) -> bytes:
    """UTF-8, no names to go by, the opening and the signature outside the element of the text."""
    title, *body = [line for line in text.splitlines() if line.strip()]
    spans = "".join(
        f"<div class=x{i % 7}><span>{line.strip()}</span></div>"
        for i, line in enumerate(body[1:-2])
    )
    opening, signature = body[0], "".join(f"<div>{line.strip()}</div>" for line in body[-2:])
    menu = "".join(f'<div><a href="{i}">{word}</a></div>' for i, word in enumerate(NAVIGATION))
    more = "".join(f'<div><a href="r{i}">{word}</a></div>' for i, word in enumerate(RELATED))
    return f"""<html><head><title>{title} - 云溪市教育局</title></head><body>
<div class=a1><div>{menu}</div></div>
<div class=b2><div class=c3><div><b>{title}</b></div><div class=d4>{opening}</div>
<div class=e5><div>{spans}</div></div>{signature}</div><div class=f6><div>热点推荐</div>{more}</div>
</div><div class=g7>联系我们 网站地图 云公网安备 00000000000000号</div></body></html>""".encode()
