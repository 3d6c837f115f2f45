"""Two people at once and repeated clicks complete a request of policy service once (POL-5)."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum

from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.testing import at_once
from keyuan.policies.models import LedgerEntry, LedgerLine, PolicyEvent, PolicyLoan, Refund, ServiceItemRule
from keyuan.policies.selectors.values.quoting import quote
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.service_items import deciding
from keyuan.policies.testing import make_policy, make_product
from keyuan.policies.tests.service_acts import PAYEE, at, complete

pytestmark = pytest.mark.django_db(transaction=True)
PREMIUM = 1_000_000


@pytest.fixture
def people():
    tree = small_tree()
    return make_actor("policy_clerk", unit=tree.east), [make_actor("management", unit=tree.head) for _one in range(3)]


@pytest.fixture
def policy():
    ServiceItemRule.objects.create(item="CT", second="ALWAYS", changed_at=clock.now())
    agent = make_actor("agent")
    holder = make_customer(agent, "周国栋", birth_on=date(1985, 5, 1))
    start = clock.today() - timedelta(days=800)
    made = make_policy(
        agent, holder, product=make_product(kind="LIFE"), now=clock.now(), effective_on=start, issued_on=start,
        applied_on=start, premium=PREMIUM, receipt_signed_on=start,
    )  # fmt: skip
    paid = PaymentDraft(3 * PREMIUM, start, "30", "first")
    record_payment(actor=entering(agent), policy_id=made.pk, draft=paid, now=clock.now())
    made.refresh_from_db()
    return made


def taken(clerk, policy, item, typed):
    """Return a request that its reviewer is about to pass."""
    request = complete(clerk, policy, item, typed)
    deciding.take_request(actor=clerk, **at(request))
    return request


def approving(request, actor):
    return lambda: deciding.approve_request(actor=actor, request_id=request.pk, version=None, now=clock.now())


def test_one_of_three_who_approve_at_once_ends_the_contract_once(people, policy):
    clerk, heads = people
    worth = quote(policy, clock.today()).refund.total
    request = taken(clerk, policy, "CT", {"cause": "MONEY", **PAYEE})
    deciding.pass_request(actor=clerk, **at(request))
    before = LedgerEntry.objects.count()

    answers, errors = at_once(*(approving(request, head) for head in heads))
    replayed, refusals = at_once(approving(request, heads[0]))

    policy.refresh_from_db()
    assert (len([one for one in answers if one]), [error.code for error in errors]) == (1, ["request.not_awaiting"] * 2)
    assert (replayed, [error.code for error in refusals]) == ([None], ["request.not_awaiting"])
    assert (policy.status, list(Refund.objects.values_list("amount", flat=True))) == ("TERMINATED", [worth])
    assert LedgerEntry.objects.count() == before + 1
    assert PolicyEvent.objects.filter(policy=policy, kind="SURRENDER").count() == 1


def test_a_loan_and_a_surrender_at_once_never_pay_more_than_the_contract_is_worth(people, policy):
    """Whichever comes first: the other sees the contract as it then stands."""
    clerk, heads = people
    worth = quote(policy, clock.today()).refund.total
    lent = taken(clerk, policy, "LOAN", {"amount": 200_000, **PAYEE})
    ended = taken(clerk, policy, "CT", {"cause": "MONEY", **PAYEE})
    deciding.pass_request(actor=clerk, **at(ended))

    _answers, errors = at_once(
        lambda: deciding.pass_request(actor=clerk, request_id=lent.pk, version=None, now=clock.now()),
        approving(ended, heads[0]),
    )

    policy.refresh_from_db()
    open_debt = PolicyLoan.objects.filter(closed_on__isnull=True).aggregate(sum=Sum("principal"))["sum"]
    assert all(isinstance(error, KeyuanError) for error in errors)
    assert policy.status == "TERMINATED"
    assert (Refund.objects.aggregate(sum=Sum("amount"))["sum"], open_debt) == (worth, None)
    assert LedgerLine.objects.filter(policy=policy).aggregate(sum=Sum("amount"))["sum"] == 0
