"""Sentences of the codes raised by new business."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "application.not_found": _("This application does not exist, or it is not within your reach."),
    "application.no_such_step": _("This step is not possible in the application's present state. Reload the page."),
    "application.no_such_act": _("This step does not exist."),
    "application.no_such_doubt": _("This point does not exist any more. Reload the page."),
    "application.no_such_package": _("This package is not on sale; choose another one."),
    "application.nothing_sealed": _("Nothing is recorded here."),
    "application.reason_missing": _("Enter the reason; it is kept with the application."),
    "application.handed_in": _("The application was handed in; underwriting sends it back where it has to be changed."),
    "application.effective_passed": _("Cover cannot begin before today; enter today or a later day."),
    "application.premium_missing": _("No rate table prices this product: enter the premium that was agreed."),
    "application.need_missing": _("Record what the customer wants to provide for."),
    "application.risk_untested": _("Benefits are not certain: record the result of the customer's risk test."),
    "application.risk_sentence": _("Benefits are not certain: the customer writes the risk sentence first."),
    "application.mismatch": _("The product does not suit: advise against it, and record why the customer insists."),
    "application.unanswered": _("%(count)s questions of the declaration have no answer yet."),
    "application.unexplained": _("%(count)s answers of the declaration need details."),
    "application.unsigned": _("The policyholder signs in person; record when and how."),
    "application.no_interest": _("This relation gives no insurable interest: record that the insured agrees."),
    "application.no_consent": _("Cover on death needs the insured's consent to it and to the sum; record it."),
    "application.own": _("You entered this application yourself; another person has to underwrite it."),
    "application.exam_in_past": _("The day of the examination has passed; enter today or a later day."),
    "application.doubts_open": _("Verify the open points of the declaration first."),
    "application.loading": _("Say by how many percent the premium is higher, up to 500."),
    "application.exclusion": _("Say what is excluded."),
    "application.reduction": _("The reduced sum lies above 0 and below the sum applied for; correct it."),
    "application.amount": _("Enter an amount above 0."),
    "application.more_than_due": _(
        "%(amount)s yuan is more than the %(due)s yuan that are due. Correct the amount, or confirm it below."
    ),
    "application.no_receipt": _("Only a premium that was recorded today can be taken back; pay it back by the bank."),
    "application.own_receipt": _("You recorded this premium yourself: another person has to take it back, today."),
    "application.receipt_settled": _("This premium belongs to a contract or goes back already; look at the refund."),
    "application.closed": _("Money is taken only for an application that was handed in and is not closed."),
    "application.nothing_to_refund": _("Nothing has to be refunded."),
    "application.unpaid": _("The first premium is not paid in full; record it before you issue the policy."),
}
