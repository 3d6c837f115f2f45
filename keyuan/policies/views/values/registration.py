"""What the values of contracts hang into the registries."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs

SENTENCES = {
    "values.fee_most": _("The document fee is at most %(most)s yuan; enter less."),
    "values.compulsory_ground": _(
        "Compulsory motor cover ends early only when the vehicle is deregistered, out of use or lost: choose which."
    ),
    "values.loan_zero": _("Enter an amount above 0."),
    "values.loan_most": _("At most %(most)s yuan can be lent on this contract today; enter less."),
    "values.loan_term": _("A loan runs for at least a day and at most %(months)s months; enter another day."),
    "values.repay_zero": _("Enter what is paid back, above 0."),
    "values.repay_nothing": _("Nothing is owed on this contract."),
    "values.repay_more": _("Only %(owed)s yuan are owed with interest; enter at most that."),
    "values.not_suspended": _("The contract was suspended later; enter that day or a later one."),
    "values.reinstatement_over": _("The two years for reinstatement ended on %(last)s; the contract cannot come back."),
    "values.nothing_left": _("No cash value is left after what is owed, so this change is not possible."),
    "values.sum_range": _("Enter a sum below the present one and of at least %(least)s yuan."),
    "values.mode_single": _("A single premium has no other frequency; choose one of the regular ones."),
    "values.terms_range": _("Enter a value between %(least)s and %(most)s."),
    "values.terms_order": _(
        "Shares lie between 0 and 100 %% and never fall; ages begin at 0 and rise, every cost is above 0."
    ),
    "values.terms_reason": _("Say why; the reason stays with the settlement."),
    "values.terms_same": _("This is in force already; change something."),
    "values.terms_own": _("You proposed this: another person has to release it."),
    "values.terms_not_found": _("Nothing waits here any more; reload the page."),
    "values.no_premium": _("The right premium is not known; correct age or sex, or the product's rate table."),
}


HELP = _(
    "What contracts are valued by where neither product nor contract says it: loans, interest, fees, cash values "
    "without a table, cost of the extended term. Somebody proposes, another person releases; from then on it counts "
    "for new reckonings, loans that run keep their rate. The document fee of a cancellation stands with the limits of "
    "money."
)


def register() -> None:
    """Fill the registries."""
    add_sentences(SENTENCES)
    add_help((("policies:value-rules", HELP),))
    policy_tabs.add(PolicyTab("values", _("Values today"), "policies:policy-values", permissions.VIEW))
