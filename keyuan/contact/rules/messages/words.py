"""Words that a message about insurance must not use (domain.md D.6; 保险法 116, 131)."""

import re
import unicodedata
from collections.abc import Iterable

from keyuan.kernel.names import simplify

#: What promises a return that no contract gives (保险法 116 四: 承诺给予合同约定以外的利益).
RETURNS = ("保证收益", "承诺收益", "保底收益", "稳赚", "包赚", "零风险", "无风险", "刚性兑付")
#: What the lists begin with; permitted people change them with history.
PROHIBITED = (
    "存款", "利息", "本金", "保本", *RETURNS, "最高", "第一", "停售倒计时", "全额退保", "返佣", "返现", "返还佣金",
)  # fmt: skip
#: Plain expressions that hold such a word and promise nothing, or say the opposite, which should be said.
HARMLESS = (
    "第一期", "第一次", "第一年", "第一受益人", "第一顺序", "第一时间", "不保证收益", "非保证收益", "不承诺收益",
    "不保本", "非保本", "并非无风险", "不是无风险", "有无风险",
    "并非零风险",
)  # fmt: skip
#: What a writer could put between the signs of a word so that a plain search misses it.
FILLER = re.compile(r"[\s\W_]+")


def normalised(text: str) -> str:
    """Return ``text`` in one width, one case and simplified characters, without anything between its signs."""
    return simplify(FILLER.sub("", unicodedata.normalize("NFKC", text))).casefold()


def prohibited_in(text: str, words: Iterable[str], harmless: Iterable[str] = HARMLESS) -> list[str]:
    """Return the words of ``words`` that ``text`` uses, however they are spaced, widened or written.

    ``harmless`` expressions are read past first.
    """
    plain = normalised(text)
    for expression in harmless:
        plain = plain.replace(normalised(expression), "\n")
    return [word for word in words if normalised(word) and normalised(word) in plain]
