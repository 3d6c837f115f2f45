"""What the archive knows of a customer, for the customer, and how it is taken out again (PLT-8; PIPL 45, 47)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import (
    Assignment,
    BankAccount,
    ContactPoint,
    Customer,
    CustomerScore,
    CustomerTag,
    DuplicatePair,
    Feedback,
    HouseholdMember,
    IdentityDocument,
    Interaction,
    LifeEvent,
    Merge,
    MergeChange,
    NameGram,
    NameKey,
    Need,
    OrganisationProfile,
    OtherCover,
    Relation,
    SegmentMember,
    SourceKey,
    Task,
)
from keyuan.customers.services.summary import refresh
from keyuan.platform.privacy import PrivacyPart, Table, privacy_parts

#: Tables of the copy by the name they have in it; technical columns are left out.
TABLES: Mapping[str, type[models.Model]] = {
    "contact_data": ContactPoint,
    "documents": IdentityDocument,
    "bank_accounts": BankAccount,
    "needs": Need,
    "other_cover": OtherCover,
    "life_events": LifeEvent,
    "opinions": Feedback,
    "relations": Relation,
    "service_people": Assignment,
    "tasks": Task,
    "contacts": Interaction,
    "scores": CustomerScore,
}
TECHNICAL = frozenset({"value_index", "tail_index", "number_index", "field_sources", "version"})
#: What was volunteered or noted and nothing obliges to keep.
FREE: Mapping[str, Any] = {
    "hobbies": "", "experience": "", "note": "", "preferred_contact": "", "preferred_time": "", "risk_appetite": "",
    "education": "", "marriage": "", "employer": "", "income": None, "height_cm": None, "weight_kg": None,
    "prospect_source": "",
}  # fmt: skip
#: What names the person.
NAMING: Mapping[str, Any] = {
    "name": "", "former_name": "", "sex": "", "birth_on": None, "birth_is_lunar": False, "lunar_month": None,
    "lunar_day": None, "death_on": None, "nationality": "", "ethnic_group": "", "occupation": "",
    "occupation_code": "", "occupation_class": "", "language": "", "health_notes": None, "region_code": "",
    "field_sources": {},
}  # fmt: skip
FREE_ROWS: tuple[type[models.Model], ...] = (
    Need,
    OtherCover,
    LifeEvent,
    Feedback,
    CustomerTag,
    Task,
    SegmentMember,
    CustomerScore,
)
NAMING_ROWS: tuple[type[models.Model], ...] = (
    ContactPoint, IdentityDocument, BankAccount, HouseholdMember, SourceKey, NameGram, NameKey, OrganisationProfile,
)  # fmt: skip
SOCIAL = ("WECHAT", "QQ", "OTHER")


def _row(instance: models.Model, without: frozenset[str] = TECHNICAL) -> dict[str, Any]:
    return {
        field.attname: getattr(instance, field.attname)
        for field in instance._meta.concrete_fields
        if field.attname not in without
    }


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return what the archive, the timeline and the household know."""
    customer = Customer.objects.filter(pk=customer_id)
    found: dict[str, Table] = {"archive": [_row(row) for row in customer]}
    for name, model in TABLES.items():
        rows = model._default_manager.filter(customer_id=customer_id).order_by("pk")
        found[name] = [_row(row) for row in rows.iterator(chunk_size=2000)]
    tags = CustomerTag.objects.filter(customer_id=customer_id).select_related("tag")
    found["tags"] = [
        {"tag": row.tag.name, "source": row.source, "explanation": row.explanation, "expires_on": row.expires_on}
        for row in tags
    ]
    return found


def merged_into(customer_id: int) -> list[int]:
    """Return the records that were merged into a customer, and into those: they are the same person's."""
    found: list[int] = []
    next_ones = [customer_id]
    while next_ones:
        rows = Customer.objects.filter(merged_into_id__in=next_ones).exclude(pk__in=found)
        next_ones = list(rows.values_list("pk", flat=True))
        found += next_ones
    return found


def _forget_merges(ids: Sequence[int]) -> int:
    """Empty what merges kept of these records to be undone by; the rows that say who was merged when stay.

    Such a merge is not undone any more: there is nothing left to put back.
    """
    merges = Merge.objects.filter(models.Q(survivor_id__in=ids) | models.Q(loser_id__in=ids), status=Merge.Status.DONE)
    touched = list(merges.values_list("pk", flat=True))
    MergeChange.objects.filter(merge_id__in=touched).update(before={}, after={})
    Merge.objects.filter(pk__in=touched).update(
        snapshot={}, choices={}, health_notes=None, flags=[], needs_review=False, skipped_because=Merge.ERASED
    )
    return len(touched)


def erase(customer_id: int, whole: bool, now: datetime) -> Mapping[str, int]:
    """Take out what was volunteered; with ``whole`` everything that names the person, and the search rows with it.

    With ``whole`` the records that were merged into this one lose the same, and merges forget what they kept.
    """
    counts: dict[str, int] = {}
    for model in FREE_ROWS + (NAMING_ROWS if whole else ()):
        counts[str(model._meta.model_name)] = model._default_manager.filter(customer_id=customer_id).delete()[0]
    values: dict[str, Any] = {**FREE, **(NAMING if whole else {})}
    customer = Customer.objects.filter(pk=customer_id)
    counts["customer"] = customer.update(**values, version=models.F("version") + 1, updated_at=now)
    if whole:
        counts["relation"] = Relation.objects.filter(
            models.Q(customer_id=customer_id) | models.Q(other_id=customer_id)
        ).delete()[0]
        pairs = DuplicatePair.objects.filter(models.Q(a_id=customer_id) | models.Q(b_id=customer_id))
        counts["duplicatepair"] = pairs.delete()[0]
        others = merged_into(customer_id)
        counts["merged_customer"] = Customer.objects.filter(pk__in=others).update(
            **values, version=models.F("version") + 1, updated_at=now
        )
        counts["merge"] = _forget_merges([customer_id, *others])
        entries = Interaction.objects.filter(customer_id=customer_id)
        counts["interaction"] = entries.update(summary="", detail="")
    else:
        social = ContactPoint.objects.filter(customer_id=customer_id, kind__in=SOCIAL)
        counts["contactpoint"] = social.delete()[0]
    refresh([customer_id], now)
    return counts


def files_of(customer_id: int) -> Sequence[tuple[str, int]]:
    """Name the records whose files belong to the customer."""
    return [("customer", customer_id)]


def register() -> None:
    """Hang the archive into the registry of privacy parts."""
    privacy_parts.add(PrivacyPart("customer", _("Archive and timeline"), collect, erase, files_of, order=0))
