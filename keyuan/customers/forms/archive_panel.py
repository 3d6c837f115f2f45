"""The archive as the 360° page shows it: sealed values masked with an eye, the rest edited in place."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.customers import permissions
from keyuan.customers.forms.display import ShownField, profile_fields, region_name, shown_field
from keyuan.customers.models import Customer, OrganisationProfile
from keyuan.customers.rules.completeness import completeness
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.archive import Rows
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.presenter import may_reveal, present

#: Lines of the short archive, and those that the whole one adds.
SHORT = ("birth_on", "occupation", "occupation_class", "income", "marriage")
LONG = (
    "former_name", "sex", "occupation_code", "employer", "education", "nationality", "ethnic_group", "language",
    "preferred_contact", "preferred_time", "risk_appetite", "hobbies", "prospect_source", "note",
)  # fmt: skip
LINES_OF_ORGANISATION = ("preferred_contact", "preferred_time", "prospect_source", "note")


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A sealed value as it may be shown, and where the eye beside it leads (empty: no eye)."""

    label: Any
    masked: str
    reveal_url: str = ""
    verified: bool = False
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """What the panel shows."""

    sealed: list[SealedLine]
    fields: list[ShownField]
    complete: int


def sealed_line(
    actor: Actor, customer: Customer, label: Any, sealed: Sealed | None, part: str, row_id: int, **marks: Any
) -> SealedLine:
    """Return a sealed value's line for ``actor``."""
    open_to = actor.may(permissions.REVEAL) and sealed is not None and may_reveal(actor, sealed.field_key)
    url = reverse("customers:reveal", args=[customer.pk, part, row_id]) if open_to else ""
    return SealedLine(label, present(actor, sealed), url, **marks)


def value_of_contact(row: Any) -> Sealed | None:
    """Return the sealed value of a contact, whichever column holds it."""
    found: Sealed | None = row.phone or row.email or row.address or row.social_account
    return found


def archive_of(
    actor: Actor, customer: Customer, rows: Rows, profile: OrganisationProfile | None, *, whole: bool
) -> Archive:
    """Return the panel: the first document, phone, address and account, then the fields."""
    sealed = [
        *_documents(actor, customer, rows, whole=whole),
        *_contacts(actor, customer, rows),
        *_accounts(actor, customer, rows, whole=whole),
    ]
    editable = actor.may(permissions.EDIT)
    names = (SHORT + LONG if whole else SHORT) if customer.kind == "P" else (LINES_OF_ORGANISATION if whole else ())
    lines = [shown_field(actor, customer, name, editable=editable) for name in names]
    if profile is not None:
        lines = [line for line in profile_fields(profile) if line.value or not whole][: None if whole else 6] + lines
    if whole and customer.region_code:
        lines.append(ShownField(_("Region"), region_name(customer.region_code)))
    return Archive(sealed, lines, completeness(customer.kind, known_of(customer, rows, profile)))


def _documents(actor: Actor, customer: Customer, rows: Rows, *, whole: bool) -> list[SealedLine]:
    found = rows.documents if whole else rows.documents[:1]
    return [
        sealed_line(
            actor,
            customer,
            labels.label_of(labels.DOCUMENT_TYPES, row.document_type) if whole else _("Document"),
            row.identity_number,
            "document",
            row.pk,
            verified=row.verified_at is not None,
            note=row.valid_until.isoformat() if whole and row.valid_until else "",
        )
        for row in found
    ]


def _contacts(actor: Actor, customer: Customer, rows: Rows) -> list[SealedLine]:
    lines = []
    for kind, label in (("MOBILE", _("Mobile")), ("ADDRESS", _("Residence"))):
        usable = [row for row in rows.contacts if row.kind == kind and row.invalid_at is None]
        for row in sorted(usable, key=lambda row: (not row.is_primary, -row.pk))[:1]:
            source = "" if row.verified_at else labels.label_of(labels.SOURCES, row.source)
            sealed = value_of_contact(row)
            verified = row.verified_at is not None
            lines.append(
                sealed_line(actor, customer, label, sealed, "contact", row.pk, verified=verified, source=source)
            )
    return lines


def _accounts(actor: Actor, customer: Customer, rows: Rows, *, whole: bool) -> list[SealedLine]:
    found = rows.accounts if whole else rows.accounts[-1:]
    return [
        sealed_line(
            actor, customer, _("Bank card"), row.bank_account, "account", row.pk, note=row.bank_name if whole else ""
        )
        for row in found
    ]


def known_of(customer: Customer, rows: Rows, profile: OrganisationProfile | None) -> list[str]:
    """Return the names of what is known of a customer, for `completeness`."""
    known = [field.name for field in customer._meta.concrete_fields if getattr(customer, field.name) not in (None, "")]
    if profile is not None:
        known += [
            field.name for field in profile._meta.concrete_fields if getattr(profile, field.name) not in (None, "")
        ]
    usable = [row.kind for row in rows.contacts if row.invalid_at is None]
    known += ["phones"] if {"MOBILE", "LANDLINE"} & set(usable) else []
    known += ["addresses"] if "ADDRESS" in usable else []
    return known + (["documents"] if rows.documents else [])
