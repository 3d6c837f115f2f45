"""Bodies and answers of customers and what hangs on them (CUS-1)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from keyuan.api.kit.fields import Amount, Count, Day, Flag, Number, OneOf
from keyuan.api.kit.resource import In, Out
from keyuan.customers.selectors import labels

Text10 = Annotated[str, Field(max_length=10)]
Text20 = Annotated[str, Field(max_length=20)]
Text40 = Annotated[str, Field(max_length=40)]
Text60 = Annotated[str, Field(max_length=60)]
Text120 = Annotated[str, Field(max_length=120)]
Text200 = Annotated[str, Field(max_length=200)]
Text2000 = Annotated[str, Field(max_length=2000)]
Text4000 = Annotated[str, Field(max_length=4000)]
Region = Annotated[str, Field(pattern=r"^(\d{6})?$", description="GB/T 2260 code of six digits, or empty")]
Country = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
Kind = Annotated[str, OneOf(labels.KINDS, empty=False)]
Measure = Annotated[int, Field(ge=1, le=999)]


class CustomerRow(Out):
    """A customer as lists show one. Amounts in minor units of CNY."""

    id: int
    customer_no: str
    kind: str = Field(description="P person, O organisation")
    name: str | None
    phone: str | None = Field(description="Masked")
    tier: str
    state: str
    activity: str
    sales_channel: str
    region_code: str
    birth_on: str | None
    is_policyholder: bool
    has_contact: bool
    is_orphan: bool
    policies_in_force: int
    annual_premium: int
    next_due_on: date | None
    last_contact_on: date | None
    open_claims: int
    open_items: int
    opened_on: date
    servicing_agent_id: int | None
    servicing_agent: str | None


class OrganisationPart(Out):
    """What only organisations have."""

    uscc: str
    legal_representative: str | None
    founded_on: date | None
    registered_capital: int | None
    industry: str
    size: str
    employees: int | None
    service_roles: list[str]
    business_scope: str


class CustomerOut(Out):
    """The archive's head record; personal fields as far as the client's post reads them, else masked."""

    id: int
    customer_no: str
    kind: str
    status: str
    version: int
    name: str | None
    former_name: str | None
    sex: str
    birth_on: str | None
    birth_is_lunar: bool
    lunar_month: int | None
    lunar_day: int | None
    death_on: date | None
    nationality: str
    ethnic_group: str
    occupation: str
    occupation_code: str
    occupation_class: str
    employer: str
    income: int | None = Field(description="Yearly, in minor units of CNY; null when unknown or hidden")
    education: str
    marriage: str
    language: str
    preferred_contact: str
    preferred_time: str
    hobbies: str
    experience: str
    risk_appetite: str
    note: str
    region_code: str
    prospect_source: str
    created_at: datetime
    updated_at: datetime
    organisation: OrganisationPart | None = None


class Warned(Out):
    """Something odd about what was saved."""

    field: str
    code: str
    detail: str


class SavedCustomer(CustomerOut):
    """A saved customer; ``warnings`` say what is odd about the data, which is saved nevertheless."""

    warnings: list[Warned] = []


class ContactIn(In):
    """A way to reach the customer; with ``id`` the stored one is changed, with ``remove`` it goes."""

    id: Number | None = None
    kind: Annotated[str, OneOf(labels.CONTACT_KINDS, empty=False)]
    value: Text200 | None = Field(None, description="Plain; null leaves a stored value as it is")
    label: Text20 = ""
    region_code: Region = ""
    postcode: Annotated[str, Field(pattern=r"^(\d{6})?$")] = ""
    source: Annotated[str, OneOf(labels.SOURCES, empty=False)] = "SELF"
    is_primary: Flag = False
    remove: Flag = False


class DocumentIn(In):
    """An identity document."""

    id: Number | None = None
    document_type: Annotated[str, OneOf(labels.DOCUMENT_TYPES, empty=False)] = "111"
    number: Text40 | None = Field(None, description="Plain; null leaves a stored number as it is")
    issuer: Text60 = ""
    valid_from: Day | None = None
    valid_until: Day | None = None
    is_long_term: Flag = False
    remove: Flag = False


class AccountIn(In):
    """A bank account."""

    id: Number | None = None
    number: Text40 | None = Field(None, description="Plain; null leaves a stored number as it is")
    bank_name: Text40 = ""
    valid_until: Day | None = None
    remove: Flag = False


class OrganisationIn(In):
    """What only organisations have; what is left out stays as it is."""

    uscc: Annotated[str, Field(max_length=24)] = ""
    legal_representative: Text60 = ""
    founded_on: Day | None = None
    registered_capital: Amount | None = None
    industry: Text40 = ""
    size: Annotated[str, OneOf(labels.SIZES)] = ""
    employees: Count | None = None
    service_roles: Annotated[list[Annotated[str, OneOf(labels.SERVICE_ROLES, empty=False)]], Field(max_length=8)] = []
    business_scope: Text4000 = ""


class CustomerChange(In):
    """Fields of the head record and rows to add, change or remove; what is left out stays as it is."""

    name: Text120 = ""
    former_name: Text60 = ""
    sex: Annotated[str, OneOf(labels.SEXES)] = ""
    birth_on: Day | None = None
    birth_is_lunar: Flag = False
    lunar_month: Annotated[int, Field(ge=-12, le=12, strict=True)] | None = None
    lunar_day: Annotated[int, Field(ge=1, le=30, strict=True)] | None = None
    death_on: Day | None = None
    nationality: Country = ""
    ethnic_group: Annotated[str, Field(max_length=2)] = ""
    occupation: Text60 = ""
    occupation_code: Text10 = ""
    occupation_class: Annotated[str, OneOf(labels.OCCUPATION_CLASSES)] = ""
    employer: Text120 = ""
    income: Amount | None = None
    education: Annotated[str, OneOf(labels.EDUCATIONS)] = ""
    marriage: Annotated[str, OneOf(labels.MARRIAGES)] = ""
    language: Annotated[str, OneOf(labels.LANGUAGES)] = ""
    preferred_contact: Annotated[str, OneOf(labels.CONTACT_WAYS)] = ""
    preferred_time: Text40 = ""
    hobbies: Text200 = ""
    experience: Text2000 = ""
    risk_appetite: Annotated[str, OneOf(labels.RISK_APPETITES)] = ""
    health_notes: Text2000 = ""
    height_cm: Measure | None = None
    weight_kg: Measure | None = None
    note: Text2000 = ""
    region_code: Region = ""
    prospect_source: Annotated[str, OneOf(labels.PROSPECT_SOURCES)] = ""
    organisation: OrganisationIn | None = None
    contacts: Annotated[list[ContactIn], Field(max_length=50)] = []
    documents: Annotated[list[DocumentIn], Field(max_length=50)] = []
    accounts: Annotated[list[AccountIn], Field(max_length=50)] = []


class CustomerIn(CustomerChange):
    """A new customer."""

    kind: Kind = "P"
    name: Annotated[str, Field(min_length=1, max_length=120)]
    agent_id: Number | None = Field(None, description="Who serves the customer; takes customers.assign")
    not_the_same: Flag = Field(False, description="Enter the customer although somebody in reach looks the same")
    not_the_same_reason: Text200 = ""


class Likely(Out):
    """A customer in reach who may be the same one."""

    id: int
    customer_no: str
    name: str | None
    region_code: str
    servicing_agent_id: int | None
    signs: list[str] = Field(description="What they have in common, the strongest first")


class LikelyRows(Out):
    """Likely duplicates, at most five."""

    rows: list[Likely]
