"""Whole columns of texts brought to one form: width, case, simplified characters, dots of minority names (CUS-8)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from keyuan.kernel.identifiers.regions import provinces
from keyuan.kernel.names import simplify
from keyuan.kernel.width import half_width

#: Stands between values while a column is folded as one text; no data holds it.
_BETWEEN = "\x1e"
_DOTS = dict.fromkeys("•‧・●∙⋅˙᛫･﹒．", "·")
_BLANKS = re.compile(r"[^\S\x1e]+")
_PROVINCE = re.compile(r"(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)$")
#: What people write for "nothing".
NOTHING = ("null", "none", "nan", "n/a", "na", "-", "--", "?", "unknown", "无", "未知", "不详", "空", "\\n")
#: Long and short words of streets, as they are written in English.
STREET_WORDS = {
    "street": "st", "avenue": "av", "ave": "av", "road": "rd", "drive": "dr", "place": "pl", "court": "ct",
    "crescent": "cr", "cres": "cr", "close": "cl", "circuit": "cct", "lane": "ln", "boulevard": "bvd", "blvd": "bvd",
    "highway": "hwy", "parade": "pde", "terrace": "tce", "square": "sq", "apartment": "apt", "north": "n",
    "south": "s", "east": "e", "west": "w",
}  # fmt: skip
#: Chinese figures before the units of an address: 三单元 is 3单元.
FIGURES = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}


def fold(texts: Sequence[str]) -> list[str]:
    """Return ``texts`` half-width, lower case, simplified, with one kind of dot and single blanks."""
    if not texts:
        return []
    whole = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
    if not whole.isascii():
        # A translation walks through every character; most columns have none of them to change.
        whole = _exchanged(whole, _DOTS)
        whole = _exchanged(half_width(whole), _DOTS)
        whole = _exchanged(whole, {sign: new for sign in set(whole) if (new := simplify(sign)) != sign})
    return [text.strip() for text in _BLANKS.sub(" ", whole.lower()).split(_BETWEEN)]


def _exchanged(text: str, signs: Mapping[str, str]) -> str:
    """Return ``text`` with the signs exchanged, if it holds any of them."""
    there = signs.keys() & set(text)
    return text.translate({ord(sign): signs[sign] for sign in there}) if there else text


@cache
def province_names() -> tuple[str, ...]:
    """Return the provinces without their endings, in simplified characters, the longest first."""
    names = {_PROVINCE.sub("", simplify(name)) for name in provinces().values()}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
