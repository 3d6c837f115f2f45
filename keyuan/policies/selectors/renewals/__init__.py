"""Chances of renewal as an actor sees them, and the rules in force (POL-4)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import (
    Application,
    Coverage,
    MotorTariff,
    Policy,
    Renewal,
    RenewalEvent,
    RenewalQuote,
    RenewalWindow,
    Vehicle,
)
from keyuan.policies.rules.applications.states import OPEN
from keyuan.policies.rules.renewals.motor import DEFAULT, Tariff, from_json
from keyuan.policies.rules.renewals.windows import DEFAULTS, Window

#: How far back the chain of contracts is followed: the look-back of NCD, and one more for "four years and more".
CHAIN = 5


def renewal_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Renewal]]:
    """Return chances as the list reads them: served in scope, each sort by its index; then those of customers lent."""
    return lent_rows(Renewal.objects.all(), actor, now=now, customer="holder")


def renewals_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Renewal]:
    """Return every chance the actor may open: served in scope, or with a holder the actor sees. For bounded sets."""
    if actor.scope.reach is Reach.ALL:
        return Renewal.objects.all()
    return Renewal.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="holder__"))


def access_renewal(actor: Actor, renewal_id: int, *, now: datetime, lock: bool = False) -> Renewal:
    """Return one chance the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = renewals_visible_to(actor, now=now).select_related("product", "policy__product")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=renewal_id).first()
    if found is None:
        raise NotFound("renewal.not_found")
    return found


def renewal_of(policy_id: int) -> Renewal | None:
    """Return the chance of a contract that the caller has access to."""
    return Renewal.objects.filter(policy_id=policy_id).select_related("product").first()


def events_of(renewal: Renewal) -> QuerySet[RenewalEvent]:
    """Return what was done with a chance, newest first."""
    return RenewalEvent.objects.filter(renewal=renewal).order_by("-pk")


def quotes_of(renewal: Renewal) -> list[RenewalQuote]:
    """Return the quotes, newest first."""
    return list(RenewalQuote.objects.filter(renewal=renewal).select_related("product").order_by("-number")[:20])


def access_quote(renewal: Renewal, number: int) -> RenewalQuote:
    """Return one quote of a chance. Raises `NotFound`."""
    found = RenewalQuote.objects.filter(renewal=renewal, number=number).select_related("product").first()
    if found is None:
        raise NotFound("renewal.no_quote")
    return found


def quote_by_key(key: str) -> RenewalQuote | None:
    """Return the quote that a form made before."""
    return RenewalQuote.objects.filter(form_key=key).select_related("product").first() if key else None


def open_application(renewal: Renewal) -> Application | None:
    """Return the application by which the accepted cover is being underwritten."""
    rows = Application.objects.filter(renewal=renewal, status__in=OPEN)
    return rows.order_by("-pk").first()


def applications_of(renewal: Renewal) -> list[Application]:
    """Return the applications that came from a renewal the caller has access to, the newest first."""
    return list(Application.objects.filter(renewal=renewal).order_by("-pk")[:10])


def accepted_quote(renewal: Renewal) -> RenewalQuote | None:
    """Return the quote that the customer accepted."""
    rows = RenewalQuote.objects.filter(renewal=renewal, state=RenewalQuote.State.ACCEPTED)
    return rows.select_related("product").first()


def covers_of_policies(policy_ids: list[int]) -> dict[int, list[Coverage]]:
    """Return the covers of contracts, main ones first."""
    found: dict[int, list[Coverage]] = {}
    for row in Coverage.objects.filter(policy_id__in=policy_ids).order_by("is_rider", "pk"):
        found.setdefault(row.policy_id, []).append(row)
    return found


def vehicle_of_renewal(renewal: Renewal) -> Vehicle | None:
    """Return the vehicle of the expiring contract."""
    return Vehicle.objects.filter(policy_id=renewal.policy_id).first()


def chain_of(policy: Policy) -> list[Policy]:
    """Return the contract and those it renewed without a gap, last first, at most `CHAIN`."""
    found = [policy]
    while len(found) < CHAIN and found[-1].previous_policy_id is not None:
        former = Policy.objects.filter(pk=found[-1].previous_policy_id).first()
        if former is None or (found[-1].effective_on - former.expires_on).days > 1:
            break
        found.append(former)
    return found


def windows_in_force() -> dict[str, Window]:
    """Return the windows by product kind: those that were set, else the defaults."""
    rows = RenewalWindow.objects.all()
    kept = {row.kind: Window(row.opens, row.quotes, row.calls, row.lapses, row.validity) for row in rows}
    return {**DEFAULTS, **kept}


def tariff_on(day: date) -> tuple[date | None, Tariff]:
    """Return the motor tariff of a day with its first day; None and the shipped one before any other."""
    row = MotorTariff.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return (row.valid_from, from_json(row.data)) if row else (None, DEFAULT)


def tariffs() -> list[MotorTariff]:
    """Return every tariff, newest first."""
    return list(MotorTariff.objects.order_by("-valid_from")[:50])


def window_rows() -> dict[str, RenewalWindow]:
    """Return the windows that somebody set, by kind."""
    return {row.kind: row for row in RenewalWindow.objects.all()}


def chances_about(policy_ids: Sequence[int]) -> list[int]:
    """Return contracts with a chance among these and among those that these renewed."""
    ids = list(policy_ids)
    former = Policy.objects.filter(pk__in=ids, previous_policy_id__isnull=False).values_list("previous_policy_id")
    asked = [*ids, *(pk for (pk,) in former if pk is not None)]
    return list(Renewal.objects.filter(policy_id__in=asked).values_list("policy_id", flat=True))


def has_renewals(policy_ids: Sequence[int]) -> bool:
    """Tell whether `chances_about` would find any, in one query: it is asked in the transaction of every change."""
    ids = list(policy_ids)
    own = Renewal.objects.filter(policy_id__in=ids).values("pk")
    return own.union(Renewal.objects.filter(policy__renewals__in=ids).values("pk")).exists()
