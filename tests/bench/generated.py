"""The sample plans -> any number of plans of other places, with other words and numbers.

The numbering stays as it is printed, and so do years and days.
"""

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

PLACE = "云溪"
FIRST, SECOND = "南北东西临青白清丹松云石", "屿溪川湖岭泽浦原江"
NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d年月日号.．、])")
DEADLINE = re.compile(r"\d{1,2}(?=月底前)")
# words that may stand for each other; each occurrence becomes any word of its line
ALIKE = """
全市 全域 各地 全辖区
困难 特困 贫困 生活困难
老年人 老人 长者 高龄群众
提高到 增加到 调整到 上调到
不少于 不低于 至少 达到
标准 水平 额度
完成 做完 办结 落实
服务 帮扶 照料 支持
建立 设立 组建 搭建
开展 组织 举办 推行
加强 强化 做实 抓紧
儿童 孩子 未成年人
社区 村居 片区
机构 单位 场所
镇街 乡镇 街道
家庭 住户 人家
培训 轮训 练兵
检查 抽查 巡查 核查
群众 居民 百姓
推进 推动 深化 拓展
资金 经费 款项
每月 按月 逐月
养老 敬老 为老
补贴 补助 津贴
新建 新增 增设
问题 短板 隐患
全部 一律 统统
鼓励 支持 引导
重点 着重 主要
要求 规定 明确
按照 依照 遵照
定期 按期 经常
一次 一回 一遍
覆盖 惠及 延伸到
接受 欢迎 主动接受
提前 尽早 及早
公开 公布 公示
登记 备案 登记造册
联系 走访 探望
需要 有需要 确需
负责 牵头 具体负责
同时 并且 还要
情况 情形 状况
提供 送上 给予
年底前 年内 年末前
"""
GROUPS = [line.split() for line in ALIKE.split("\n") if line]
CHOICES = {word: group for group in GROUPS for word in group}
WORD = re.compile("|".join(sorted(map(re.escape, CHOICES), key=len, reverse=True)))


def write_plans(samples: Sequence[Path], count: int, folder: Path) -> list[Path]:
    """Write `count` plans and their plans.toml into the folder and return their paths; the same
    ones every time.
    """
    files, tables = [], []
    for number, (place, sample) in enumerate(itertools.islice(_pairs(samples), count)):
        files.append(folder / f"{number:04}-{sample.name}")
        files[-1].write_text(_vary(sample, place, number), encoding="utf-8")
        tables.append(f'["{files[-1].name}"]\nregion = "{place}市"\naliases = ["{place}"]\n')
    (folder / "plans.toml").write_text("\n".join(tables), encoding="utf-8")
    return files


def _pairs(samples: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield every sample for every place, and begin again when the places run out."""
    places = [a + b for a, b in itertools.product(FIRST, SECOND) if a + b != PLACE]
    for place in itertools.cycle(places):
        for sample in samples:
            yield place, sample


def _vary(sample: Path, place: str, seed: int) -> str:
    dice = random.Random(seed)
    text = sample.read_text(encoding="utf-8").replace(PLACE, place)
    text = DEADLINE.sub(lambda _: str(dice.randint(3, 11)), text)
    text = WORD.sub(lambda m: dice.choice(CHOICES[m[0]]), text)
    return NUMBER.sub(lambda m: _other(m[0], dice), text)


def _other(number: str, dice: random.Random) -> str:
    """Return a number somewhat below this one, with as many places behind the point."""
    places = len(number.partition(".")[2])
    return f"{max(float(number) * dice.uniform(0.6, 1.0), 1):.{places}f}"
