"""The occasions of the archive: birthdays, documents that end, memberships, duties to key accounts (CUS-13).

Contexts above add those of their own records to the same registry (renewals, maturities, anniversaries).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import Occasion, occasions
from keyuan.customers.models import CustomerSummary, IdentityDocument, KeyAccount, Membership
from keyuan.customers.rules.lunar_dates import kept_on
from keyuan.kernel.dates import anniversary

LEAP_DAY = 229
DAYS_A_YEAR = 365.2425


def birthdays_on(day: date) -> list[QuerySet[CustomerSummary]]:
    """Return the persons whose birthday is kept on ``day``: solar ones, then each lunar day that falls on it."""
    persons = CustomerSummary.objects.filter(kind="P")
    found = [persons.filter(birth_md__in=_solar_keys(day), customer__birth_is_lunar=False)]
    for month, in_month in kept_on(day):
        found.append(
            persons.filter(customer__birth_is_lunar=True, customer__lunar_month=month, customer__lunar_day=in_month)
        )
    return found


def _solar_keys(day: date) -> list[int]:
    keys = [day.month * 100 + day.day]
    leap_day = anniversary(date(2000, 2, 29), day.year)
    return [*keys, LEAP_DAY] if day == leap_day and keys[0] != LEAP_DAY else keys


def documents_ending_on(day: date) -> list[QuerySet[IdentityDocument]]:
    """Return the documents whose last day is ``day``."""
    return [IdentityDocument.objects.filter(valid_until=day, is_long_term=False)]


def memberships_ending_on(day: date) -> list[QuerySet[Membership]]:
    """Return the memberships whose last day is ``day``."""
    return [Membership.objects.filter(until=day).exclude(tier="NORMAL")]


def reports_due_on(day: date) -> list[QuerySet[KeyAccount]]:
    """Return the key accounts whose contact report is due on ``day``."""
    return [KeyAccount.objects.filter(next_report_on=day, ended_on__isnull=True)]


def reviews_due_on(day: date) -> list[QuerySet[KeyAccount]]:
    """Return the key accounts that have to be reviewed by ``day``."""
    return [KeyAccount.objects.filter(review_on=day, ended_on__isnull=True)]


def on_the_day(_facts: Sequence[Any], day: date) -> Mapping[str, str]:
    """Return the only place that every occasion has: its day."""
    return {"date": f"{day:%m-%d}"}


def birthday_words(facts: Sequence[Any], day: date) -> Mapping[str, str]:
    """Return day and age; the age of a lunar birthday is the nearest whole number of years."""
    birth_on: date | None = facts[0]
    age = round((day - birth_on).days / DAYS_A_YEAR) if birth_on else None
    return {"date": f"{day:%m-%d}", "age": "" if age is None else str(age)}


OWN = (
    Occasion(
        "BIRTHDAY",
        _("Birthday"),
        "customer",
        "BIRTHDAY",
        birthdays_on,
        ("customer_id", "customer_id", None, "birth_on"),
        birthday_words,
        summary="",
        places=("date", "age"),
        order=0,
    ),
    Occasion(
        "DOCUMENT",
        _("Document expires"),
        "document",
        "DOCUMENT",
        documents_ending_on,
        ("pk", "customer_id", None),
        on_the_day,
        order=60,
    ),
    Occasion(
        "MEMBERSHIP",
        _("Membership ends"),
        "membership",
        "FOLLOW_UP",
        memberships_ending_on,
        ("pk", "pk", None),
        on_the_day,
        order=70,
    ),
    Occasion(
        "KEY_REPORT",
        _("Contact report of a key account"),
        "key_account",
        "FOLLOW_UP",
        reports_due_on,
        ("pk", "customer_id", None),
        on_the_day,
        order=80,
    ),
    Occasion(
        "KEY_REVIEW",
        _("Review of a key account"),
        "key_account",
        "REVIEW",
        reviews_due_on,
        ("pk", "customer_id", None),
        on_the_day,
        order=81,
    ),
)


def register() -> None:
    """Put the archive's own occasions into the registry."""
    for occasion in OWN:
        occasions.add(occasion)
