"""The occasions of contracts: premiums due, cover that ends, maturity, anniversary (CUS-13; domain.md §A.8, §I.3).

Each is read by the index of its own date over the whole book: (next_due_on, id), (expires_on, id), (effective_on, id).
"""

from calendar import isleap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import Occasion, occasions
from keyuan.kernel.codes import PolicyStatus, ProductKind
from keyuan.kernel.dates import add_years
from keyuan.kernel.deadlines import deadline, last_day
from keyuan.kernel.money import Money, format_amount
from keyuan.policies.models import Policy
from keyuan.policies.rules.clocks import Rule

#: Contracts of a year or less are renewed as cover (续保); longer ones pay renewal premiums (续期).
SHORT_YEARS = 1
REINSTATEMENT_YEARS = deadline("DL-REINST").amount
#: Kinds that pay a sum when they mature.
MATURING = (ProductKind.ENDOWMENT, ProductKind.ANNUITY)
#: A contract older than this has had its last anniversary.
OLDEST_YEARS = 60
LEAP_DAY, EVE = (2, 29), (2, 28)


def in_force() -> QuerySet[Policy]:
    """Return the contracts in force with a holder: all that occasions are about."""
    return Policy.objects.filter(status=PolicyStatus.IN_FORCE, holder_id__isnull=False)


def premiums_due_on(day: date) -> list[QuerySet[Policy]]:
    """Return the contracts with a premium due on ``day`` that is not paid."""
    return [in_force().filter(next_due_on=day)]


def covers_ending_on(day: date) -> list[QuerySet[Policy]]:
    """Return the contracts of a year or less whose cover ends on ``day`` and that nothing renews yet."""
    ending = in_force().filter(expires_on=day).exclude(kind__in=MATURING)
    short = ending.filter(effective_on__gte=add_years(day, -SHORT_YEARS))
    # A customer who asked for no renewal is not reminded of it, nor is anybody whose chance is closed (POL-4).
    return [short.filter(renewals__isnull=True).exclude(renewal_case__closed_at__isnull=False)]


def maturing_on(day: date) -> list[QuerySet[Policy]]:
    """Return the contracts that mature on ``day``."""
    return [in_force().filter(expires_on=day, kind__in=MATURING)]


def anniversaries_on(day: date) -> list[QuerySet[Policy]]:
    """Return the long contracts that took effect on this day of an earlier year, one queryset a year."""
    years = range(day.year - OLDEST_YEARS, day.year)
    days = [date(year, day.month, day.day) for year in years if (day.month, day.day) != LEAP_DAY or isleap(year)]
    if (day.month, day.day) == EVE and not isleap(day.year):
        # Begun on 29 February, kept on the 28th in common years.
        days += [date(year, *LEAP_DAY) for year in years if isleap(year)]
    found = in_force().filter(effective_on__in=days, expires_on__gt=day)
    return [found.exclude(kind__in=(ProductKind.MOTOR, ProductKind.ACCIDENT, ProductKind.PROPERTY))]


def receipts_missing_on(day: date) -> list[QuerySet[Policy]]:
    """Return the contracts whose signed receipt was chased on ``day`` and has not come yet (domain.md §A.3)."""
    chased = Policy.objects.filter(clock_steps__rule=Rule.RECEIPT_CHASE, clock_steps__due_on=day)
    living = chased.filter(status__in=(PolicyStatus.NOT_EFFECTIVE, PolicyStatus.IN_FORCE), holder_id__isnull=False)
    return [living.filter(receipt_signed_on__isnull=True)]


def suspended_on(day: date) -> list[QuerySet[Policy]]:
    """Return the contracts suspended on ``day`` and still so: the notice is due within ten working days (§0.2)."""
    return [Policy.objects.filter(status=PolicyStatus.SUSPENDED, suspended_on=day, holder_id__isnull=False)]


def windows_ending_on(day: date) -> list[QuerySet[Policy]]:
    """Return the suspended contracts that can be reinstated for the last time on ``day`` (保险法 37)."""
    begun = add_years(day, -REINSTATEMENT_YEARS)
    days = [one for one in (begun, begun + timedelta(days=1)) if last_day("DL-REINST", one) == day]
    return [Policy.objects.filter(status=PolicyStatus.SUSPENDED, suspended_on__in=days, holder_id__isnull=False)]


def words(facts: Sequence[Any], day: date) -> Mapping[str, str]:
    """Return product, day, amount (yuan) and completed years of a contract: facts are name, amount, beginning."""
    name, amount, begun = facts
    money = "" if amount is None else format_amount(Money(amount))
    return {"date": f"{day:%m-%d}", "product": name, "amount": money, "years": str(max(0, day.year - begun.year))}


PLACES = ("date", "product", "amount", "years")


def _columns(amount: str) -> tuple[str | None, ...]:
    return ("pk", "holder_id", amount, "product__name", amount, "effective_on")


OWN = tuple(
    Occasion(key, label, "policy", kind, on, _columns(amount), words, "holder", "holder__summary__", PLACES, order)
    for key, label, kind, on, amount, order in (
        ("PREMIUM", _("Renewal premium due"), "RENEWAL", premiums_due_on, "next_due_amount", 10),
        ("COVER", _("Cover ends (renewal of cover)"), "RENEWAL", covers_ending_on, "annual_premium", 20),
        ("MATURITY", _("Contract matures"), "MATURITY", maturing_on, "sum_insured", 30),
        ("ANNIVERSARY", _("Policy anniversary"), "REVIEW", anniversaries_on, "annual_premium", 40),
        ("RECEIPT", _("Signed receipt outstanding"), "FOLLOW_UP", receipts_missing_on, "annual_premium", 50),
        ("SUSPENDED", _("Contract suspended"), "GRACE", suspended_on, "next_due_amount", 60),
        ("REINSTATEMENT", _("Reinstatement window ends"), "GRACE", windows_ending_on, "next_due_amount", 70),
    )
)


def register() -> None:
    """Put the contracts' occasions into the customers' registry."""
    for occasion in OWN:
        occasions.add(occasion)
