"""What a face hands over to save a customer: plain values, rows with an id when they exist already (CUS-1)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """One way to reach the customer. ``value`` is plain text; None leaves a stored value as it is."""

    kind: str
    value: str | None
    id: int | None = None
    label: str = ""
    region_code: str = ""
    postcode: str = ""
    source: str = "SELF"
    is_primary: bool = False
    remove: bool = False


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """One identity document. ``number`` is plain text; None leaves the stored one."""

    document_type: str
    number: str | None
    id: int | None = None
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    is_long_term: bool = False
    remove: bool = False


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """One bank account; None leaves the stored number."""

    number: str | None
    id: int | None = None
    bank_name: str = ""
    valid_until: date | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A row of an unsealed list (need, other cover, life event, feedback, year): column values by name."""

    values: dict[str, Any]
    id: int | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """Everything one form saves at once. ``fields`` are columns of the head record, ``organisation`` of its profile.

    ``lists`` holds rows by list name (``needs``, ``other_covers``, ``life_events``, ``feedback``,
    ``organisation_years``).
    """

    kind: str
    fields: dict[str, Any]
    organisation: dict[str, Any] = field(default_factory=dict)
    contacts: tuple[ContactDraft, ...] = ()
    documents: tuple[DocumentDraft, ...] = ()
    accounts: tuple[AccountDraft, ...] = ()
    lists: dict[str, tuple[RowDraft, ...]] = field(default_factory=dict)
