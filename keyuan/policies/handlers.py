"""What contracts set going in the contexts below when they change."""

from django.db import transaction

from keyuan.customers.events import CustomersAssigned
from keyuan.customers.selectors.agenda import has_open_tasks
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.events import handles
from keyuan.policies.events import PoliciesChanged, PremiumReceived, RefundsPaid, RenewalsClosed
from keyuan.policies.selectors.benefits import has_waiting
from keyuan.policies.selectors.renewals import chances_about, has_renewals
from keyuan.policies.services.benefits.paying import follow_contracts, refunds_paid
from keyuan.policies.services.deliveries.reading import send_e_policy
from keyuan.policies.services.following import follow_holders
from keyuan.policies.services.renewals.opening import settle_changed as settle


def has_tasks(event: PoliciesChanged | PremiumReceived | RenewalsClosed) -> bool:
    """Tell whether a rule made tasks about these contracts that are still open."""
    return has_open_tasks("policy", event.ids)


def close_tasks(policy_ids: tuple[int, ...]) -> None:
    """Close the tasks about these contracts that have lost their reason: paid, ended, renewed (CUS-13)."""
    with transaction.atomic():
        close_vanished_of("policy", policy_ids, clock.now())


@handles(PoliciesChanged, wanted=has_tasks)
def policies_changed(event: PoliciesChanged) -> None:
    """A contract was changed or ended."""
    close_tasks(event.ids)


@handles(PremiumReceived, wanted=has_tasks)
def premium_received(event: PremiumReceived) -> None:
    """A premium was paid."""
    close_tasks(event.ids)


def has_chances(event: PoliciesChanged) -> bool:
    """Tell whether a chance of renewal hangs on these contracts, or on those that they renewed."""
    return has_renewals(event.ids)


@handles(PoliciesChanged, wanted=has_chances)
def contracts_changed(event: PoliciesChanged) -> None:
    """A contract was renewed or ended: its chance of renewal says so."""
    settle(chances_about(event.ids), clock.now())


@handles(RenewalsClosed, wanted=has_tasks)
def renewals_closed(event: RenewalsClosed) -> None:
    """A chance was won or lost: tasks that remind of it have lost their reason."""
    close_tasks(event.ids)


def is_new(event: PoliciesChanged) -> bool:
    """Tell whether one contract was entered; books that are imported were delivered before."""
    return event.kind == "CREATE" and len(event.ids) == 1


@handles(PoliciesChanged, wanted=is_new)
def contract_made(event: PoliciesChanged) -> None:
    """A contract was issued: its holder gets the link to the e-policy where that can be sent (POL-8)."""
    for policy_id in event.ids:
        send_e_policy(policy_id, clock.now())


def has_benefits(event: PoliciesChanged) -> bool:
    """Tell whether a benefit of these contracts waits."""
    return has_waiting(event.ids)


@handles(PoliciesChanged, wanted=has_benefits)
def benefits_follow(event: PoliciesChanged) -> None:
    """A contract ended, or somebody else serves it: what waits under it follows (POL-6)."""
    with transaction.atomic():
        follow_contracts(event.ids, clock.now())


@handles(RefundsPaid)
def benefits_paid(event: RefundsPaid) -> None:
    """The bank paid money out: the benefits among it are settled."""
    with transaction.atomic():
        refunds_paid(event.ids, clock.now())


@handles(CustomersAssigned)
def customers_assigned(event: CustomersAssigned) -> None:
    """Customers got another service person: their policies follow."""
    follow_holders(system_actor("policies follow"), event.ids, clock.now())
