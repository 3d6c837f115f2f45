"""Sentences of policy service: what is wrong and what to do about it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "request.not_found": _("This request does not exist, or it is not within your reach."),
    "request.no_such_step": _("The request has moved on meanwhile; reload the page."),
    "request.reason_missing": _("Say why: the words stand in the history."),
    "request.unknown_item": _("This kind of request does not exist; choose one from the list."),
    "request.not_offered": _("This kind of request is not offered at present."),
    "request.open_already": _("A request of this kind is open for this policy; open it instead of taking in another."),
    "request.value_missing": _("This has to be filled in."),
    "request.unknown_field": _("The field %(name)s does not belong to this kind of request; leave it out."),
    "request.not_offered_choice": _("This is not one of the choices; choose from the list."),
    "request.too_long": _("This is too long; at most %(most)s characters."),
    "request.no_day": _("Enter a day as 2026-03-16."),
    "request.no_number": _("Enter a number above zero."),
    "request.person_unknown": _("Choose a customer from the list; enter them as a customer first."),
    "request.before_contract": _("The policy was applied for on %(day)s only; enter that day or a later one."),
    "request.proxy_over": _("The power of attorney has run out; ask for a new one."),
    "request.not_entitled": _("Whoever asks has no right to this change; let the right person ask."),
    "request.wrong_line": _("This kind of policy has no such change."),
    "request.wrong_status": _("The policy's status does not allow this change now."),
    "request.nothing_new": _("Nothing changes; fill in what is new."),
    "request.old_number_first": _("Verify the old number first, and say how."),
    "request.old_number_at_counter": _(
        "A number that cannot be verified is changed at the counter, against an identity document."
    ),
    "request.not_concerned": _("Only the person concerned may ask for this; choose whose data it is accordingly."),
    "request.born_later": _("The date of birth lies in the future; enter the one on the document."),
    "request.age_outside": _(
        "At issue this person was %(age)s, outside the product's limits; pass it to underwriting."
    ),
    "request.document_end": _("Enter until when the document is valid, or mark it as valid for life."),
    "request.document_over": _("The document is not valid any more; ask for a valid one."),
    "request.same_holder": _("This person is the policyholder already; choose somebody else."),
    "request.no_interest": _(
        "This person has no insurable interest by relation; record the insured's agreement, or choose somebody else."
    ),
    "request.employer_beneficiary": _(
        "An employer's insured may name only themselves and close relatives; change the beneficiaries."
    ),
    "request.occupation_declined": _("This occupation class is not insured; the policy has to be looked at by hand."),
    "request.not_own_account": _("The account is not the policyholder's own; enter one in the policyholder's name."),
    "request.not_own_payee": _("Money is paid only to the applicant's own account; enter one in their name."),
    "request.no_premiums": _("No premiums are to be paid any more, so this changes nothing."),
    "request.arrears": _("Premiums are overdue; let them be paid first."),
    "request.same_mode": _("The policy is paid so already; choose another frequency."),
    "request.mode_not_offered": _("The product is not paid so; choose another frequency."),
    "request.part_paid": _("A premium to come is paid in part; settle it before the frequency changes."),
    "request.cover_missing": _("Choose the rider to remove."),
    "request.rider_incomplete": _("Name the rider, its sum and its premium."),
    "request.health_missing": _("Cover is added: write down what the insured states about health."),
    "request.minor_cap": _("All death cover of this minor together may be at most %(cap)s yuan; lower the sum."),
    "request.sum_not_higher": _("The new sum is not higher than the present one; enter a higher one."),
    "request.sum_not_lower": _("The new sum is not lower than the present one; enter a lower one above zero."),
    "request.no_sum": _("The policy states no sum and premium to reckon with; state the new premium."),
    "request.no_value": _("There is no cash value to do this with."),
    "request.window_over": _("Two years have passed since the suspension; this needs an agreement by hand."),
    "request.loan_too_high": _("At most %(most)s yuan can be lent now; lower the amount."),
    "request.no_debt": _("There is no loan to repay."),
    "request.debt_open": _("A loan is outstanding; let it be repaid first."),
    "request.election_same": _("This is elected already; nothing changes."),
    "request.benefit_not_payable": _("Benefits of %(most)s yuan are due and unclaimed; enter at most that."),
    "request.whole_benefits": _("Benefits are paid whole, the oldest first; enter the sum of whole benefits."),
    "request.option_same": _("Dividends are paid so already; choose another way."),
    "request.account_too_low": _("The policy's account holds %(most)s yuan; enter at most that."),
    "request.share_range": _("Enter a share between 1 and 100 percent."),
    "request.one_fund": _("Choose the fund to move into, or name one that the policy does not hold yet; not both."),
    "request.same_fund": _("Both funds are the same; choose another one."),
    "request.same_branch": _("The policy is with this branch already; choose another one."),
    "request.lost_already": _("The policy is reported lost already; ask for a reissue."),
    "request.lost": _("The policy is reported lost; let it be reissued first."),
    "request.waived_already": _("Premiums are waived already."),
    "request.still_cooling_off": _(
        "The policy is within cooling-off: cancel it there, so that the customer gets every premium back."
    ),
    "request.compulsory_ground": _(
        "Compulsory motor cover ends only for a vehicle deregistered, out of use or lost; state which."
    ),
    "request.ground_not_asked": _("Only compulsory motor cover takes a ground; leave it empty."),
    "request.no_benefit_due": _("No benefit is due and unclaimed."),
    "request.account_empty": _("The policy's account holds nothing."),
    "request.nothing_to_reverse": _("Nothing of this policy's service can be taken back."),
    "request.no_vehicle": _("No vehicle is kept with this policy."),
    "request.no_document": _("No identity document is kept of this person; add one to the customer first."),
    "request.no_person": _("The policy names nobody in this role; complete its parties first."),
    "request.no_birth": _("The insured's date of birth is not known; complete it first."),
    "request.not_reversible": _("This request cannot be taken back: it is not in effect, or was taken back before."),
    "request.changed_since": _(
        "What this request changed was changed again since (%(what)s); take the later change back first."
    ),
    "request.paid_since": _("A premium that this request scheduled was paid since; refund it first."),
    "request.paid_out": _("The money of %(number)s is with the bank; what was paid out has to come back first."),
    "request.incomplete": _("%(what)s papers or agreements are missing; complete them or ask for them once."),
    "request.asked_before": _("Missing papers are asked for once, and they were; take in what comes, or decide."),
    "request.consent_not_asked": _("Nobody's agreement in this role is needed here."),
    "request.decided": _("The request is past that point; reload the page."),
    "request.awaits": _("The request waits for a decision elsewhere; reload the page."),
    "request.not_reviewer": _("%(name)s reviews this request; ask them, or let them put it back."),
    "request.not_awaiting": _("The request does not wait for approval; reload the page."),
    "request.own": _("You took this request in or reviewed it: another person has to approve it."),
    "request.not_priced": _("This kind of request takes no other premium; leave it empty."),
    "request.premium_needed": _("No rate table tells the new premium; enter it."),
    "request.premium_differs": _("The rate table says %(amount)s yuan; confirm it, or leave the premium empty."),
    "request.premium_moved": _(
        "The rate table now says %(amount)s yuan; send the request back, so that the reviewer confirms it."
    ),
    "request.extra_unpaid": _("A difference of %(amount)s yuan is due; enter the day on which it came in."),
    "request.sum_raised": _("A conversion cannot raise the sum; enter at most the present one."),
    "request.waived_before_cover": _("Cover had not begun on that day; enter a later one."),
    "request.fund_empty": _("This fund holds nothing to move; choose another one."),
    "request.not_sent": _("The request was not sent to another system, so there is nothing to confirm."),
    "request.limit_missing": _("Enter the amount from which a second person approves."),
    "request.reverse_fixed": _("This always takes two people; it cannot be settled otherwise."),
    "request.clock_near": _("%(number)s: the limit %(limit)s is near."),
    "request.clock_over": _("%(number)s: the limit %(limit)s is over."),
    "request.file_of_other": _("This file belongs to another request."),
}
