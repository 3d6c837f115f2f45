"""What every change of a contract leaves behind: its event, its next version, its holder's summary and shares."""

from collections.abc import Iterable
from datetime import date, datetime

from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.sharing import ServingPlace, keep_shares
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.policies.models import Policy, PolicyEvent, Renewal
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.clocks.winding import wind

PLACE_COLUMNS = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


def editable_policy(actor: Actor, policy_id: int, *, version: int | None, now: datetime) -> Policy:
    """Return the policy locked for a change, inside the caller's transaction.

    Raises `Refused` policy.mirrored for one that its source keeps itself (POL-7), and `Conflict` when it is no longer
    at ``version`` (None: any).
    """
    policy = access_policy(actor, policy_id, now=now, lock=True)
    keeper = keeper_of(policy)
    if keeper is not None:
        raise Refused("policy.mirrored", system=keeper.label)
    if version is not None and policy.version != version:
        raise Conflict("conflict", version=policy.version)
    return policy


def touch(policy: Policy, now: datetime, *fields: str) -> None:
    """Save ``fields`` with the next version, and the night on which the clocks look at the contract again."""
    policy.version += 1
    policy.updated_at = now
    wind(policy, now.date())
    policy.save(update_fields=[*{*fields, "version", "updated_at", "next_clock_on"}])


def note_event(
    actor: Actor,
    policy: Policy,
    kind: str,
    now: datetime,
    *,
    on: date | None = None,
    from_status: str = "",
    reason: str = "",
) -> None:
    """Write a step into the contract's history, on day ``on`` (default: today)."""
    PolicyEvent.objects.create(
        policy=policy,
        kind=kind,
        from_status=from_status,
        to_status=policy.status,
        happened_on=on or now.date(),
        recorded_at=now,
        actor_id=actor.id,
        actor_name=actor.name[:40],
        reason=reason[:200],
    )


def refresh_holders(customer_ids: Iterable[int | None], now: datetime) -> None:
    """Bring summaries and shares of holders up to date, inside the caller's transaction (decisions 3 and 6)."""
    ids = sorted({pk for pk in customer_ids if pk is not None})
    refresh(ids, now)
    share_holders(ids)


def share_holders(ids: list[int]) -> None:
    """Let the units that serve a policy in force see its holder; units that no longer do lose sight of them."""
    own = CustomerSummary.objects.filter(pk__in=ids)
    homes = {pk: tuple(row) for pk, *row in own.values_list("pk", *LEVEL_COLUMNS, "servicing_agent_id")}
    wanted: dict[int, set[ServingPlace]] = {pk: set() for pk in ids}
    served = Policy.objects.filter(holder_id__in=ids, status=PolicyStatus.IN_FORCE)
    for holder, *row in served.values_list("holder_id", *PLACE_COLUMNS).distinct():
        place = ServingPlace(*row)
        if holder is not None and homes.get(holder) != (*row[:5], place.servicing_agent_id):
            wanted[holder].add(place)
    # Whoever was given the renewal of a contract works on it meanwhile (POL-4).
    given = Renewal.objects.filter(holder_id__in=ids, is_assigned=True, closed_at__isnull=True)
    for holder, *row in given.values_list("holder_id", *PLACE_COLUMNS):
        if holder is not None:
            wanted[holder].add(ServingPlace(*row))
    keep_shares(wanted)


def keep_sight(customer_ids: list[int], _now: datetime) -> None:
    """Let the units that serve contracts of merged or restored customers see them, and only those (CUS-8)."""
    share_holders(customer_ids)
