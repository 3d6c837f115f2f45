"""What every proposal has to say, in the language of the clauses (domain.md §A.3, §D.3 arts 24-26, §D.6).

These are sentences of a Chinese legal document, like the clauses themselves; they are not words of the interface.
"""

from dataclasses import dataclass

UNCERTAIN = {
    "PARTICIPATING": "本产品为分红保险，红利分配是不确定的，实际红利可能为零。",
    "UNIVERSAL": "本产品为万能保险，结算利率超过最低保证利率的部分是不确定的，并收取初始费用、保单管理费等费用。",
    "UNIT_LINKED": "本产品为投资连结保险，投资回报具有不确定性，投资风险由投保人承担，账户价值可能低于已交保费。",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the disclosures depend on."""

    cooling_off_days: int
    waiting_days: int
    exclusions: str
    design: str
    is_long_term: bool
    has_cash_values: bool


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure: heading and text."""

    title: str
    text: str


def disclosures(facts: Facts) -> list[Disclosure]:
    """Return the mandatory disclosures of a proposal, in order."""
    found = [
        Disclosure("重要提示", "本建议书仅供参考，不构成保险合同；保险责任、责任免除等以保险条款及保险单为准。"),
        Disclosure("责任免除", facts.exclusions or "详见保险条款中的责任免除部分，请逐条阅读。"),
    ]
    if facts.cooling_off_days:
        words = (
            f"自您签收保险合同次日起有 {facts.cooling_off_days} 日的犹豫期。犹豫期内您可以解除合同，"
            "我们扣除不超过 10 元的工本费后退还全部保险费。"
        )
        found.append(Disclosure("犹豫期", words))
    if facts.waiting_days:
        words = f"自合同生效之日起 {facts.waiting_days} 日为等待期，等待期内因疾病发生的事故按条款约定处理。"
        found.append(Disclosure("等待期", words))
    if facts.is_long_term:
        where = "现金价值见本建议书利益演示。" if facts.has_cash_values else "各保单年度的现金价值以保险单载明为准。"
        words = f"犹豫期后解除合同会遭受一定损失，退保金为保单的现金价值，可能低于已交保险费。{where}"
        found.append(Disclosure("退保损失", words))
    if facts.design in UNCERTAIN:
        found.append(Disclosure("利益不确定", UNCERTAIN[facts.design]))
    found += [
        Disclosure("如实告知", "请就投保时的询问如实告知。未如实告知的，我们有权依法解除合同，并可能不承担给付责任。"),
        Disclosure("亲自签署", "投保文件须由您本人签署；以死亡为给付保险金条件的，须经被保险人同意并认可保险金额。"),
    ]
    return found
