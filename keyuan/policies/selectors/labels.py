"""Words for the codes of policies, as pages show them (glossary of domain.md §J)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.products.selectors.labels import KINDS as PRODUCT_KINDS
from keyuan.products.selectors.labels import PAY_MODES

__all__ = ["PAY_MODES", "PRODUCT_KINDS"]  # the catalogue's own words, shown here too

#: Status → (dot of ui.md, word).
STATUSES: dict[str, tuple[str, Any]] = {
    "PENDING": ("accent", _("Application")),
    "NOT_EFFECTIVE": ("accent", _("Not yet effective")),
    "IN_FORCE": ("ok", pgettext_lazy("policy", "In force")),
    "SUSPENDED": ("bad", _("Suspended")),
    "TERMINATED": ("off", _("Terminated")),
    "OTHER": ("off", pgettext_lazy("policy status", "Other")),
}
TERMINATION_REASONS: dict[str, Any] = {
    "01": _("Matured"),
    "02": _("Claim"),
    "03": _("Surrendered"),
    "04": _("Converted"),
    "05": _("Rescinded by the insurer"),
    "06": _("Declined"),
    "07": _("Transferred out"),
    "08": _("Cancelled in cooling-off"),
    "09": _("Withdrawn the same day"),
}
#: Sub-state column → (badge of ui.md, word).
SUB_STATES: dict[str, tuple[str, Any]] = {
    "in_cooling_off": ("accent", _("Cooling-off")),
    "in_grace": ("warn", _("Grace")),
    "is_paid_up": ("ok", _("Paid up")),
    "is_reduced_paid_up": ("", _("Reduced paid-up")),
    "on_premium_loan": ("warn", _("Automatic premium loan")),
    "is_loaned": ("", _("Policy loan")),
    "is_lost": ("warn", _("Reported lost")),
    "is_frozen": ("bad", _("Frozen")),
    "is_premium_waived": ("ok", _("Premium waived")),
}
STEPS: dict[str, Any] = {
    "CREATE": _("Policy entered"),
    "IMPORT": _("Policy imported"),
    "ISSUE": _("Issue"),
    "ISSUE_AHEAD": _("Issue for a later date"),
    "TAKE_EFFECT": _("Take effect"),
    "SUSPEND": _("Suspend"),
    "REINSTATE": _("Reinstate"),
    "DECLINE": _("Decline"),
    "WITHDRAW": _("Withdraw the same day"),
    "COOLING_OFF_CANCEL": _("Cancel in cooling-off"),
    "SURRENDER": _("Surrender"),
    "MATURE": _("Mature"),
    "CLAIM_END": _("End by claim"),
    "CONVERT": _("Convert"),
    "TRANSFER_OUT": _("Transfer out"),
    "RESCIND": _("Rescind"),
    "SETTLE": _("Set right"),
    "PAID_UP": _("Mark as paid up"),
    "REDUCED_PAID_UP": _("Reduce to paid-up"),
    "APL_START": _("Start automatic premium loan"),
    "APL_END": _("End automatic premium loan"),
    "LOAN": _("Grant a policy loan"),
    "REPAY": _("Repay the policy loan"),
    "LOST": _("Report as lost"),
    "REISSUE": _("Reissue"),
    "FREEZE": _("Freeze"),
    "UNFREEZE": _("Unfreeze"),
    "WAIVER": _("Waive premiums"),
    "BENEFICIARY": _("Beneficiaries changed"),
    "RECEIPT": _("Receipt signed"),
    "SERVICE": _("Service person changed"),
    "PAYMENT": _("Payment recorded"),
    "COOLING_OVER": _("Cooling-off over"),
    "WAITING_OVER": _("Waiting period over"),
    "RECEIPT_CHASE": _("Signed receipt outstanding"),
    "GRACE_START": _("Grace begins"),
    "REINSTATE_OVER": _("Reinstatement window over"),
}
PAYMENT_METHODS: dict[str, Any] = {
    "10": _("Cash"),
    "20": _("Bank card"),
    "21": _("Credit card"),
    "22": _("Debit card"),
    "30": _("Electronic transfer"),
    "40": _("Cash slip"),
    "50": _("Cheque"),
    "60": _("Wire"),
    "70": _("Bill"),
    "80": _("Third party payment"),
    "90": _("Medical account"),
    "99": pgettext_lazy("payment method", "Other"),
}
INSTALMENT_STATUSES: dict[str, tuple[str, Any]] = {
    "DUE": ("accent", _("Due")),
    "PAID": ("ok", _("Paid")),
    "PART": ("warn", _("Partly paid")),
    "LAPSED": ("off", _("Lapsed")),
    "WAIVED": ("ok", _("Waived")),
}
OVERDUE = ("bad", _("Overdue"))
PARTY_ROLES: dict[str, Any] = {
    "HOLDER": _("Policyholder"),
    "INSURED": _("Insured"),
    "BENEFICIARY": _("Beneficiary"),
    "PAYER": _("Payer"),
}
BENEFIT_TYPES: dict[str, Any] = {
    "1": _("Death benefit"),
    "2": _("Survival benefit"),
    "3": _("Dividend"),
    "4": pgettext_lazy("benefit", "Unknown"),
}
TERM_UNITS: dict[str, Any] = {
    "Y": _("%(n)s years"),
    "M": _("%(n)s months"),
    "W": _("%(n)s weeks"),
    "D": _("%(n)s days"),
    "A": _("to age %(n)s"),
}
#: Units that a form offers for the term of cover and of payment.
TERM_UNIT_NAMES: list[tuple[str, Any]] = [
    ("Y", pgettext_lazy("unit", "years")),
    ("M", pgettext_lazy("unit", "months")),
    ("D", pgettext_lazy("unit", "days")),
    ("A", pgettext_lazy("unit", "to age")),
    ("O", _("whole life")),
]
PAY_TERM_UNITS: list[tuple[str, Any]] = [TERM_UNIT_NAMES[0], TERM_UNIT_NAMES[3], ("S", _("single payment"))]


def term_text(number: int | None, unit: str) -> str:
    """Return a term such as "20 years" or "whole life"; empty when unknown."""
    if unit == "O":
        return str(_("whole life"))
    if unit == "S":
        return str(_("single payment"))
    words = TERM_UNITS.get(unit)
    return str(words) % {"n": number} if words and number is not None else ""
