"""What happens to characters on their way into a page: lost, made traditional, glossed with pinyin, spaced.

Kinds and examples are those of published copies. Only text is touched; figures are left alone unless a
function says otherwise.
"""

from __future__ import annotations

import random
import re

# Machine conversion as met on clone sites: wrong forms (製發, 強製, 隻計, 方麵) included.
_PAIRS = """
条條 规規 范範 发發 废廢 现現 数數 处處 决決 许許 费費 额額 单單 万萬 办辦 结結 转轉 请請 计計 总總 业業 机機
构構 组組 织織 务務 审審 复復 议議 诉訴 讼訟 讯訊 执執 类類 项項 这這 隐隱 属屬 国國 权權 护護 关關 没沒 补補
内內 为為 报報 汇匯 续續 继繼 维維 纠糾 经經 开開 无無 书書 预預 团團 个個 则則 对對 应應 间間 强強 制製 只隻
面麵 咨谘 质質 进進 问問 题題 县縣 区區 厅廳 会會 联聯 实實 与與 从從 认認
"""
# Pronunciation as some converters leave it behind a traditional character.
_PRONOUNCED = """
條:tiáo 規:guī 範:fàn 發:fā 廢:fèi 現:xiàn 數:shù 處:chǔ 決:jué 許:xǔ 費:fèi 額:é 單:dān 辦:bàn
結:jié 轉:zhuǎn 請:qǐng 計:jì 總:zǒng 業:yè 機:jī 構:gòu 組:zǔ 織:zhī 務:wù 審:shěn 復:fù 議:yì
訴:sù 訟:sòng 執:zhí 類:lèi 項:xiàng 屬:shǔ 國:guó 權:quán 護:hù 關:guān 補:bǔ 內:nèi 為:wéi 報:bào
續:xù 繼:jì 維:wéi 糾:jiū 經:jīng 開:kāi 無:wú 對:duì 強:qiáng
"""
_TRADITIONAL = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_GLOSSES = dict(pair.split(":") for pair in _PRONOUNCED.split())


def traditional(text: str) -> str:
    """Return the text as a careless converter writes it in traditional characters."""
    return text.translate(_TRADITIONAL)


def glossed(text: str) -> str:
    """Return the text in traditional characters, each with its pronunciation behind it in brackets."""
    return "".join(f"{char}({_GLOSSES[char]})" if char in _GLOSSES else char for char in traditional(text))


def lose(text: str, rng: random.Random, count: int = 1) -> str:
    """Lose ``count`` Chinese characters of a text, but never its last two."""
    places = [place for place, char in enumerate(text) if "\u4e00" <= char <= "\u9fff"]
    count = min(count, max(0, len(places) - 2))
    gone = set(rng.sample(places, count))
    return "".join(char for place, char in enumerate(text) if place not in gone)


def replace_one(text: str, rng: random.Random) -> str:
    """Put a wrong character in the place of one Chinese character."""
    places = [place for place, char in enumerate(text) if "\u4e00" <= char <= "\u9fff"]
    if len(places) < 3:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice("人工大土士干千末未己已甲由申") + text[place + 1 :]


def spaced(text: str, rng: random.Random, gap: str = " ") -> str:
    """Put a gap (a space, a line break) between two characters of a text, once."""
    if len(text) < 2:
        return text
    place = rng.randrange(1, len(text))
    return text[:place] + gap + text[place:]


def upright(text: str, gap: str = "\n") -> str:
    """Set a short label upright: one character a line."""
    return gap.join(text)


_PERIOD = re.compile(r"(20\d\d)年(\d+)月(\d+)日")


def lost_date_words(text: str) -> str:
    """Lose 年 and 月 from dates, as pages that lose single characters between spans do."""
    return _PERIOD.sub(r"\1\2\3日", text)
