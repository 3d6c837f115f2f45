"""What a face hands over to make or change a policy: plain values (POL-1). Money in minor units."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """An insured person or beneficiary: a customer, or a name where there is none; statutory heirs have neither."""

    customer_id: int | None = None
    name: str = ""
    relation_to_insured: str = ""
    order: int = 1
    share_bp: int | None = None
    benefit_type: str = "1"
    is_statutory: bool = False


@dataclass(frozen=True, slots=True)
class CoverageDraft:
    """A cover or rider of the contract."""

    product_id: int
    is_rider: bool = False
    sum_insured: int | None = None
    premium: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A contract to be made. ``vehicle`` holds the columns of a motor policy's vehicle."""

    product_id: int
    holder_id: int
    effective_on: date
    premium: int | None
    pay_mode: str
    sum_insured: int | None = None
    applied_on: date | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    pay_term: int | None = None
    pay_term_unit: str = ""
    cover_term: int | None = None
    cover_term_unit: str = ""
    receipt_signed_on: date | None = None
    debit_account: str | None = None
    servicing_agent_id: int | None = None
    selling_agent_id: int | None = None
    previous_policy_id: int | None = None
    #: A seamless renewal begins no waiting period anew (domain.md §A.5).
    waives_waiting: bool = False
    insured: tuple[PartyDraft, ...] = ()
    beneficiaries: tuple[PartyDraft, ...] = ()
    coverages: tuple[CoverageDraft, ...] = ()
    vehicle: dict[str, Any] = field(default_factory=dict)
    #: What was checked of people under monitoring (CUS-10); empty where nobody is.
    monitored: str = ""
