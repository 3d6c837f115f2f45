"""What is known of a customer before anybody asks: archive, household, cover told before, earlier answers (ANA-8)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from keyuan.analytics.models import GapSheet
from keyuan.analytics.selectors.gap import edition_on, sheet_of
from keyuan.analytics.selectors.gap.cover import cover_of
from keyuan.contact.selectors.consents import consenting
from keyuan.customers.models import Customer, OtherCover
from keyuan.customers.selectors.family import Family, family_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import Marriage, Relation
from keyuan.kernel.dates import add_months, completed_years
from keyuan.policies.rules.gap.assumptions import Assumptions
from keyuan.policies.rules.gap.needs import Facts
from keyuan.policies.rules.gap.questions import (
    ARCHIVE,
    HOUSEHOLD,
    NO,
    PRIVATE,
    SAID,
    YES,
    Answer,
    Question,
    open_questions,
)
from keyuan.policies.rules.gap.standing import facts_of

Answers = dict[str, Answer]
PARTNERS = {
    Marriage.MARRIED: YES, Marriage.SINGLE: NO, Marriage.WIDOWED: NO, Marriage.DIVORCED: NO,
}  # fmt: skip
ELSEWHERE = {
    "LIFE": "life_elsewhere", "CRITICAL_ILLNESS": "illness_elsewhere", "MEDICAL": "medical_elsewhere",
    "ACCIDENT": "accident_elsewhere",
}  # fmt: skip
#: Consents that let incomes and means be used for this (domain.md E; PIPL 29).
CONSENTS = ("FINANCE", "PROFILING")
OCCUPATIONS = frozenset("123456")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the questionnaire of a customer stands."""

    customer: Customer
    sheet: GapSheet | None
    known: Answers
    open: tuple[Question, ...]
    may_use_means: bool
    edition: int
    assumed: Assumptions
    family: Family | None

    @property
    def version(self) -> int:
        """The version of the stored answers; 0 where there are none yet."""
        return self.sheet.version if self.sheet else 0

    @property
    def is_complete(self) -> bool:
        """Whether everything is answered."""
        return self.may_use_means and not self.open


def standing_of(actor: Actor, customer: Customer, *, now: datetime) -> Standing:
    """Return what is known and what is still to ask; the caller has accessed the customer."""
    today = timezone.localdate(now)
    number, assumed = edition_on(today)
    sheet = sheet_of(customer.pk)
    family = family_of(actor, customer, now=now)
    may_use = may_use_means(customer.pk, sheet, assumed.stale_months, today)
    known = {key: one for key, one in _known(customer, sheet, family, today).items() if may_use or key not in PRIVATE}
    left = open_questions(known, today, assumed.stale_months, may_ask_money=True)
    return Standing(customer, sheet, known, tuple(left), may_use, number, assumed, family)


def may_use_means(customer_id: int, sheet: GapSheet | None, stale_months: int, today: date) -> bool:
    """Tell whether the customer agreed to the use of incomes and means, here or by a consent in force."""
    if sheet is not None and sheet.told_on is not None and add_months(sheet.told_on, stale_months) >= today:
        return True
    return any(consenting([customer_id], purpose, today=today) for purpose in CONSENTS)


def said_of(sheet: GapSheet | None) -> Answers:
    """Return the stored answers."""
    stored: dict[str, Any] = sheet.answers if sheet else {}
    return {key: Answer(one["v"], date.fromisoformat(one["on"]), SAID) for key, one in stored.items()}


def facts(standing: Standing, *, today: date) -> Facts:
    """Return the facts to work with: answers, and cover by contracts in force."""
    customer = standing.customer
    born = customer.birth_on
    return facts_of(
        standing.known, cover_of([customer.pk])[customer.pk], customer.summary.annual_premium or 0,
        completed_years(born, today) if born else None, today,
    )  # fmt: skip


def _known(customer: Customer, sheet: GapSheet | None, family: Family | None, today: date) -> Answers:
    found = _of_archive(customer) | _elsewhere(customer.pk, today) | _of_family(customer, family, today)
    for key, said in said_of(sheet).items():
        other = found.get(key)
        # The later word counts; said on the same day, the customer's own.
        if other is None or other.on <= said.on:
            found[key] = said
    return found


def _of_archive(customer: Customer) -> Answers:
    on = timezone.localdate(customer.updated_at)
    values = {
        "birth_year": customer.birth_on.year if customer.birth_on else None,
        "sex": customer.sex if customer.sex in ("1", "2") else None,
        "partner": PARTNERS.get(Marriage(customer.marriage)) if customer.marriage in set(Marriage) else None,
        "income": customer.income,
        "occupation_class": customer.occupation_class if customer.occupation_class in OCCUPATIONS else None,
    }
    return {key: Answer(value, on, ARCHIVE) for key, value in values.items() if value is not None}


def _elsewhere(customer_id: int, today: date) -> Answers:
    """Return cover elsewhere that the archive knows, added up by kind; what has expired is none."""
    found: Answers = {}
    rows = OtherCover.objects.filter(customer_id=customer_id, kind__in=ELSEWHERE, sum_insured__isnull=False)
    for row in rows.exclude(expires_on__lt=today).order_by("created_at"):
        key = ELSEWHERE[row.kind]
        before = found[key].value if key in found else 0
        found[key] = Answer(before + (row.sum_insured or 0), timezone.localdate(row.created_at), ARCHIVE)
    return found


def _of_family(customer: Customer, family: Family | None, today: date) -> Answers:
    """Return what the household tells about its head or the head's partner; other members' parents are not told."""
    places = {member.customer_id: member for member in family.members} if family else {}
    own = places.get(customer.pk)
    couple = {Relation.SELF.value, Relation.SPOUSE.value}
    if own is None or own.role not in couple:
        return {}
    found: Answers = {}
    partner = next((one for pk, one in places.items() if pk != customer.pk and one.role in couple), None)
    if partner is not None:
        found["partner"] = Answer(YES, today, HOUSEHOLD)
        if partner.customer.income is not None:
            told = timezone.localdate(partner.customer.updated_at)
            found["spouse_income"] = Answer(partner.customer.income, told, HOUSEHOLD)
    children = [one.customer for one in places.values() if one.role == Relation.CHILD and one.customer.birth_on]
    if children:
        years = sorted(child.birth_on.year for child in children if child.birth_on)
        found["children"] = Answer(years, today, HOUSEHOLD)
    return found
