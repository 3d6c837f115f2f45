"""Sentences of the codes raised by policies."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "policy.not_found": _("This policy does not exist, or it is not within your reach."),
    "policy.no_such_transition": _("This step is not possible in the policy's present status. Reload the page."),
    "policy.reason_missing": _("Enter the reason; it is kept with the policy."),
    "policy.effective_already": _("The policy takes effect today or earlier: issue it as effective."),
    "policy.not_effective_yet": _("The effective date has not come yet."),
    "policy.not_same_day": _("Only a policy issued on the same day can be withdrawn; use cooling-off or surrender."),
    "policy.claim_paid": _("A claim was paid under this policy, so it cannot be cancelled in cooling-off."),
    "policy.cooling_off_over": _("The cooling-off period is over; record a surrender instead."),
    "policy.grace_not_over": _("The grace period is not over; the policy stays in force until its last day."),
    "policy.arrears_open": _("Premiums are in arrears; record their payment before reinstating."),
    "policy.not_matured": _("The policy has not reached its expiry date."),
    "policy.frozen": _("The policy is frozen; unfreeze it first."),
    "policy.reinstatement_open": _("The two years in which the policy can be reinstated are not over."),
    "policy.monitored": _("Underwriting monitors somebody in this contract: enter what was checked, then send again."),
    "policy.monitored_closed": _("Underwriting has closed this step for somebody in this contract; ask head office."),
    "policy.cover_over": _("The cover itself has expired, so there is nothing left to reinstate."),
    "policy.incontestable": _(
        "Two years have passed since the contract was formed: "
        "the insurer cannot rescind it any more (Insurance Law 16)."
    ),
    "policy.rescission_late": _(
        "The reason has been known for more than 30 days: the right to rescind has lapsed (Insurance Law 16)."
    ),
    "policy.date_in_future": _("The date lies in the future; enter today or an earlier day."),
    "policy.mirrored": _("This policy is kept in %(system)s and cannot be changed here; make the change there."),
    "policy.shares_sum": _(
        "The shares of order %(order)s sum to %(sum)s %%, %(off)s %% away from 100 %%: everybody of an order needs a "
        "share, and together they are 100 %%."
    ),
    "policy.share_range": _("A share lies between 0 and 100 percent; correct it."),
    "policy.no_such_product": _("Choose a product of the catalogue."),
    "policy.product_stopped": _("This product is not on sale; choose another one."),
    "policy.ends_before_start": _("The expiry date lies before the effective date; correct one of them."),
    "policy.issued_before_application": _("The issue date lies before the application; correct one of them."),
    "policy.receipt_before_issue": _("The receipt cannot be signed before the policy is issued; correct the date."),
    "policy.negative": _("The amount cannot be negative."),
    "policy.pay_mode_unknown": _("Choose how often the premium is paid."),
    "policy.pay_mode_not_offered": _("The product does not offer this payment frequency; choose another one."),
    "policy.no_cooling_off": _("This product has no cooling-off period; record a surrender instead."),
    "policy.before_last_step": _("The last step was taken on %(day)s; enter that day or a later one."),
    "policy.premiums_open": _("Premiums are still to be paid; a policy is paid up once all instalments are settled."),
    "policy.pay_term_missing": _("Enter over how long premiums are paid."),
    "policy.issue_age": _("The product is sold from age %(youngest)s to %(oldest)s; the insured is outside."),
    "policy.minor_cap": _("Death cover of a minor of this age is at most %(cap)s yuan; lower the sum insured."),
    "policy.no_beneficiaries": _("Property and motor policies have no beneficiaries; remove them."),
    "policy.party_unnamed": _("Choose a customer, enter a name, or mark statutory heirs."),
    "policy.insured_must_agree": _("The insured must agree to the beneficiaries; tick it once that is signed."),
    "policy.ended": _("The policy has ended; nothing in it can be changed any more."),
    "policy.receipt_known": _("The receipt is recorded already."),
    "policy.no_such_agent": _("Choose an agent at work within your reach from the list."),
    "policy.same_agent": _("This agent serves the policy already; choose another one."),
    "clocks.not_found": _("This night does not exist."),
    "clocks.in_future": _("The night has not come yet; enter today or an earlier day."),
    "clocks.whole_book": _("The clocks run over the whole book; ask a post of head office."),
    "clocks.never_ran": _("The clocks did not run for this day, so there is nothing to compare."),
    "member.not_found": _("This member does not exist."),
    "member.not_a_group": _("Only a group policy has members."),
    "member.unnamed": _("Choose a customer or enter the member's name."),
    "member.before_cover": _("The day lies outside the policy's term; correct it."),
    "member.there_already": _("A member with this number is covered already; enter another number."),
    "member.gone": _("The member has left already."),
    "member.left_before_joining": _("The member joined later; enter a later day."),
    "payment.policy_ended": _("The policy has ended; only refunds can be recorded."),
    "payment.zero": _("Enter an amount other than 0."),
    "payment.in_future": _("The payment date lies in the future; enter today or an earlier day."),
    "payment.too_much": _("The amount is more than all open instalments together; enter at most what is owed."),
    "payment.refund_too_much": _("The refund is more than was ever paid; enter a smaller amount."),
}
