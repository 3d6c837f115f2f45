"""Which function is the effect of which item; a test holds that every item has one (POL-5)."""

from collections.abc import Callable

from keyuan.policies.services.service_items.effects import (
    accounts,
    benefits,
    contract,
    converting,
    money,
    people,
    premiums,
    status,
)
from keyuan.policies.services.service_items.effects.work import Work

EFFECTS: dict[str, Callable[[Work], None]] = {
    "CONTACT": people.contact,
    "PARTY_INFO": people.party_info,
    "ID_EXPIRY": people.id_expiry,
    "OCCUPATION": people.occupation,
    "HOLDER": contract.holder,
    "BENEFICIARY": contract.beneficiaries,
    "PAY_ACCOUNT": contract.pay_account,
    "PAY_MODE": contract.pay_mode,
    "RIDER": contract.rider,
    "SUM_UP": contract.sum_up,
    "APL_ELECT": contract.apl_elect,
    "DIV_OPT": benefits.dividend_option,
    "SWITCH": accounts.fund_switch,
    "MOVE": contract.move,
    "ENDORSE": contract.endorse,
    "LOST": status.lost,
    "REISSUE": status.reissue,
    "WAIVER": premiums.waive,
    "CONVERT": converting.convert,
    "SUM_DOWN": money.sum_down,
    "REDUCED_PU": money.reduced_paid_up,
    "EXT_TERM": money.extended_term,
    "REINSTATE": money.reinstate,
    "LOAN": money.loan,
    "REPAY": money.repay,
    "SURVIVAL": benefits.survival,
    "TOPUP": accounts.top_up,
    "WITHDRAW": accounts.withdraw,
    "WT": money.cooling_off_cancel,
    "CT": money.surrender,
}
