"""What nobody may promise about the renewal of short-term health cover (domain.md §A.8; 银保监办发〔2021〕7号)."""

from keyuan.kernel.codes import ProductKind

HEALTH = frozenset({ProductKind.MEDICAL, ProductKind.CRITICAL_ILLNESS})
#: Forbidden in any spelling: they are looked for without spaces and in lower case.
FORBIDDEN = (
    "保证续保", "承诺续保", "自动续保", "自动续期", "终身续保", "终身保障", "连续续保", "保證續保", "自動續保",
    "終身續保",
    "guaranteedrenew", "renewalguaranteed", "guaranteedtorenew", "autorenew", "auto-renew", "automaticrenew",
    "renewsautomatically", "renewedautomatically", "automaticallyrenew", "lifetimecover", "renewableforlife",
)  # fmt: skip
#: What says the opposite, and should be said.
NEGATED = (
    "非保证续保", "不保证续保", "不承诺续保", "不自动续保", "非自动续保", "不会自动续保", "非保證續保", "不保證續保",
    "notguaranteedrenew", "norenewalguaranteed", "renewalnotguaranteed", "notautomaticallyrenew", "notautorenew",
)  # fmt: skip


def forbidden_in(text: str, kind: str) -> list[str]:
    """Return the forbidden promises that ``text`` makes about a short-term product of ``kind``."""
    if kind not in HEALTH:
        return []
    plain = "".join(text.lower().split())
    for words in NEGATED:
        plain = plain.replace(words, " ")
    return [word for word in FORBIDDEN if word in plain]
