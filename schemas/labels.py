"""The key under which two spellings of one label are the same: spacing, width and punctuation fall.

So do traditional characters and the pronunciation that some converters leave behind. Only equality
lives here; how close two different keys are is the reader's question.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Kept: CJK characters, digits, letters. Dropped: white space, punctuation and everything invisible,
# because published labels differ in exactly these (VARIANTS section 5: `商业 企业`, `本年新 公开数量`).
_DROPPED = re.compile(r"[^0-9A-Za-z\u3400-\u9fff\uf900-\ufaff]+")
# Traditional and machine-made forms (VARIANTS section 2) of the characters that the formats' labels
# use, each before the form that the labels have. 它 is no traditional form: 其它 is met for 其他.
_PAIRS = """
萬万 業业 爲为 為为 舉举 於于 會会 關关 內内 決决 況况 減减 製制 辦办 務务 動动 鈎勾 鉤勾 區区 單单
捲卷 發发 髮发 衹只 隻只 祇只 號号 後后 國国 處处 処处 復复 複复 覆复 審审 對对 屬属 廢废 開开 強强
彊强 當当 總总 縂总 執执 護护 報报 據据 効效 數数 無无 機机 權权 條条 構构 査查 沒没 現现 確确 祕秘 穩稳
類类 係系 繫系 糾纠 納纳 組组 織织 經经 結结 絕绝 繼继 續续 維维 繳缴 罰罚 範范 穫获 獲获 補补 規规 計计
認认 議议 許许 訟讼 訪访 訴诉 詢询 請请 購购 費费 轉转 過过 這这 踰逾 採采 項项 額额 它他
"""
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
TRADITIONAL = "".join(map(chr, _SIMPLIFIED))
# `條例(lì)`, `公開(kāi)`, `(gong)(gong)開(kai)(kai)`: pronunciation behind a character.
PRONUNCIATION = re.compile(r"(?<=[\u3400-\u9fff])(?:\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê]{1,7}\))+")

# 总计（件）, 本年新制作数量(单位:件): what is counted is the same in every column.
_COUNTER = re.compile(r"\((?:单位:?)?(?:人次|[件宗个份条次起篇项])\)$")


def simplified(text: str) -> str:
    """Write the traditional characters that labels are met with as simplified ones, one for one."""
    return text.translate(_SIMPLIFIED)


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the comparison key of a label: ``（一） 予以公开`` and ``(一)予以公开`` → ``一予以公开``."""
    folded = unicodedata.normalize("NFKC", text)
    if "(" in folded:
        folded = _COUNTER.sub("", PRONUNCIATION.sub("", folded).rstrip())
    return _DROPPED.sub("", folded.translate(_SIMPLIFIED))
