"""Bodies and answers of policies (POL-1 to POL-3). Amounts in minor units of the policy's currency."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from keyuan.api.kit.fields import Amount, Day, Flag, Number, OneOf
from keyuan.api.kit.resource import In, Out
from keyuan.api.v1.customer_schemas import Text20, Text40, Text60, Text120, Text200
from keyuan.customers.selectors.labels import RELATIONS
from keyuan.policies.rules.transitions import SWITCHES, TRANSITIONS
from keyuan.policies.selectors import labels

Positive = Annotated[Amount, Field(ge=0)]
Share = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Term = Annotated[int, Field(ge=1, le=120, strict=True)]
Relation = Annotated[str, OneOf([code for code in RELATIONS if str(code) not in ("REFERRER", "REFERRED")])]
PayMode = Annotated[str, OneOf(labels.PAY_MODES, empty=False)]
STEP_KINDS = sorted({item.kind for item in SWITCHES} | {item.kind for item in TRANSITIONS})


class PolicyRow(Out):
    """A policy as lists show one."""

    id: int
    policy_no: str
    insurer_code: str
    source: str = Field(description="local, or core: mirrored from a core system and changed there")
    source_name: str
    product_id: int
    product: str
    kind: str
    is_group: bool
    holder_id: int | None
    holder_name: str | None
    status: str
    in_cooling_off: bool
    in_grace: bool
    currency: str
    sum_insured: int | None
    annual_premium: int | None
    effective_on: date | None
    expires_on: date | None
    next_due_on: date | None
    next_due_amount: int | None
    grace_until: date | None
    sales_channel: str
    servicing_agent_id: int | None
    servicing_agent: str | None


class PolicyOut(PolicyRow):
    """A contract with its terms and sub-states."""

    version: int
    application_no: str
    termination_reason: str
    is_paid_up: bool
    is_reduced_paid_up: bool
    on_premium_loan: bool
    is_loaned: bool
    is_lost: bool
    is_frozen: bool
    is_premium_waived: bool
    premium: int | None
    pay_mode: str
    pay_term: int | None
    pay_term_unit: str
    cover_term: int | None
    cover_term_unit: str
    debit_account: str | None = Field(description="Masked")
    applied_on: date | None
    issued_on: date | None
    receipt_signed_on: date | None
    cooling_off_until: date | None
    suspended_on: date | None
    terminated_on: date | None
    selling_agent_id: int | None
    previous_policy_id: int | None
    created_at: datetime
    updated_at: datetime


class PolicyRows(Out):
    """Policies of one customer, grace first, then in force by premium."""

    rows: list[PolicyRow]


class PartyOut(Out):
    """A role in the contract; ``customer_id`` only where that customer is in reach."""

    id: int
    role: str
    customer_id: int | None
    name: str | None
    relation_to_insured: str
    benefit_type: str
    order: int
    share_bp: int | None = Field(description="Basis points; 10,000 for each order of beneficiaries")
    is_statutory: bool
    valid_from: date | None


class Parties(Out):
    """The present roles, by role and order."""

    rows: list[PartyOut]


class CoverageOut(Out):
    """A main cover or rider."""

    id: int
    product_id: int | None
    code: str
    name: str
    is_rider: bool
    sum_insured: int | None
    premium: int | None
    deductible: int | None
    status: str


class Coverages(Out):
    """The main cover first."""

    rows: list[CoverageOut]


class InstalmentOut(Out):
    """One premium due."""

    number: int
    due_on: date
    amount: int
    paid_amount: int
    paid_on: date | None
    status: str


class Instalments(Out):
    """The schedule, newest first, at most 400."""

    rows: list[InstalmentOut]


class PaymentOut(Out):
    """Money received, or refunded where the amount is negative."""

    id: int
    instalment_number: int | None
    paid_on: date
    amount: int
    currency: str
    method: str
    receipt_no: str
    reference: str
    source_name: str
    recorded_at: datetime


class Payments(Out):
    """Payments, newest first, at most 400."""

    rows: list[PaymentOut]


class PolicyEventOut(Out):
    """A transition or change of the contract."""

    id: int
    kind: str
    from_status: str
    to_status: str
    happened_on: date
    recorded_at: datetime
    actor_name: str
    reason: str


class Events(Out):
    """What happened to the contract, newest first, at most 400."""

    rows: list[PolicyEventOut]


class ServicePersonOut(Out):
    """A time with a selling or servicing person."""

    duty: str
    agent_id: int
    agent: str
    valid_from: date
    valid_until: date | None


class ServicePeople(Out):
    """Who sold and who serves, newest first."""

    rows: list[ServicePersonOut]


class GroupMemberOut(Out):
    """An insured person of a group contract."""

    id: int
    member_no: str
    customer_id: int | None
    name: str | None
    sum_insured: int | None
    premium: int | None
    joined_on: date
    left_on: date | None


class GroupMembers(Out):
    """Insured persons by member number; ``next_after`` asks for the rest."""

    rows: list[GroupMemberOut]
    next_after: int | None


class DriverOut(Out):
    """A named driver."""

    position: int
    name: str | None
    sex: str
    age_years: int | None
    licence_years: int | None


class VehicleOut(Out):
    """The insured vehicle: engine in ml, power in kW, speed in km/h, mass in kg."""

    plate: str | None
    vin: str | None
    make: str
    model: str
    kind: str
    usage: str
    fuel: str
    engine_ml: int | None
    power_kw: int | None
    speed_kmh: int | None
    mass_kg: int | None
    seats: int | None
    value: int | None
    age_years: int | None
    registered_on: date | None
    region_code: str
    bonus_malus_bp: int | None
    drivers: list[DriverOut]


class StepOut(Out):
    """A step that may lead on from the present status; ``refusal`` says what forbids it today."""

    kind: str
    target: str
    asks_reason: bool
    refusal: str | None


class Steps(Out):
    """Steps of the status, and the kinds of switches of sub-states that are legal now."""

    rows: list[StepOut]
    switches: list[str]


class PartyIn(In):
    """An insured person or beneficiary: a customer in reach, a name, or the statutory heirs."""

    customer_id: Number | None = None
    name: Text120 = ""
    relation_to_insured: Relation = ""
    order: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    share_bp: Share | None = None
    is_statutory: Flag = False


class CoverageIn(In):
    """A cover or rider."""

    product_id: Number
    is_rider: Flag = False
    sum_insured: Positive | None = None
    premium: Positive | None = None


class VehicleIn(In):
    """The vehicle of a motor policy."""

    plate: Annotated[str, Field(max_length=12)] = ""
    vin: Text20 = ""
    make: Text40 = ""
    model: Text60 = ""
    registered_on: Day | None = None
    seats: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None


class PolicyIn(In):
    """A contract to enter; without ``issued_on`` it is an application."""

    product_id: Number
    holder_id: Number
    effective_on: Day
    premium: Positive
    pay_mode: PayMode
    sum_insured: Positive | None = None
    applied_on: Day | None = None
    issued_on: Day | None = None
    expires_on: Day | None = None
    pay_term: Term | None = None
    pay_term_unit: Annotated[str, OneOf(dict(labels.PAY_TERM_UNITS))] = ""
    cover_term: Term | None = None
    cover_term_unit: Annotated[str, OneOf(dict(labels.TERM_UNIT_NAMES))] = ""
    receipt_signed_on: Day | None = None
    debit_account: Annotated[str, Field(max_length=30)] | None = None
    servicing_agent_id: Number | None = None
    selling_agent_id: Number | None = None
    insured: Annotated[list[PartyIn], Field(max_length=30)] = []
    beneficiaries: Annotated[list[PartyIn], Field(max_length=30)] = []
    coverages: Annotated[list[CoverageIn], Field(max_length=30)] = []
    vehicle: VehicleIn | None = None
    monitored: Text200 = Field("", description="What was checked of people under monitoring; asked for where any are")


class StepIn(In):
    """A step or switch; ``target`` where several steps of one kind lead away."""

    kind: Annotated[str, OneOf(STEP_KINDS, empty=False)]
    on: Day
    reason: Text200 = ""
    target: Annotated[str, OneOf(labels.STATUSES)] = ""
    known_on: Day | None = Field(None, description="RESCIND: when the insurer learnt the reason; 30 days count from it")
    monitored: Text200 = Field("", description="What was checked of people under monitoring; asked for where any are")


class PaymentIn(In):
    """Money received, negative for a refund; the same ``reference`` twice is one payment."""

    amount: Amount
    paid_on: Day
    method: Annotated[str, OneOf(labels.PAYMENT_METHODS)] = ""
    reference: Annotated[str, Field(max_length=80)] = ""
    receipt_no: Annotated[str, Field(max_length=30)] = ""


class ReceiptIn(In):
    """The day on which the holder signed the receipt."""

    signed_on: Day


class BeneficiariesIn(In):
    """The beneficiaries as a whole."""

    beneficiaries: Annotated[list[PartyIn], Field(max_length=30)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    insured_agreed: Flag = Field(description="The insured has agreed in writing")


class ServicePersonIn(In):
    """Who serves the policy from today."""

    agent_id: Number
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class GroupMemberIn(In):
    """A person who joins: a customer in reach, or a name."""

    member_no: Annotated[str, Field(min_length=1, max_length=20)]
    joined_on: Day
    customer_id: Number | None = None
    name: Text60 = ""
    sum_insured: Positive | None = None
    premium: Positive | None = None


class LeaveIn(In):
    """The last day of cover."""

    left_on: Day


class RevealAccountIn(In):
    """Why the account is needed."""

    reason: Text120
