"""Code sets every context shares. Values are what is stored and exchanged; labels are written in the Django layer.

Sources: domain.md G and A.2, after the industry's exchange codes for life business, GB/T 2261.1 (sex) and
GB/T 4658 (education). Sets without a published code use their English name as the value.
"""

from enum import StrEnum


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


class Marriage(StrEnum):
    """Marital state."""

    SINGLE = "10"
    MARRIED = "20"
    WIDOWED = "30"
    DIVORCED = "40"
    UNSTATED = "90"


class Education(StrEnum):
    """Highest education, two digits after GB/T 4658."""

    DOCTOR = "11"
    MASTER = "14"
    BACHELOR = "21"
    JUNIOR_COLLEGE = "31"
    SECONDARY_TECHNICAL = "41"
    VOCATIONAL_HIGH = "44"
    SKILLED_WORKER = "47"
    SENIOR_HIGH = "61"
    JUNIOR_HIGH = "71"
    PRIMARY = "81"
    OTHER = "90"


class HolderKind(StrEnum):
    """Whose document it is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class DocumentType(StrEnum):
    """Identity documents of persons (three and four digits) and organisations (two digits).

    The names of 04 to 07 are ours: the source only says that they are bodies.
    """

    RESIDENT_ID = "111"
    TEMPORARY_ID = "112"
    HOUSEHOLD_BOOKLET = "113"
    OFFICER = "114"
    ARMED_POLICE_OFFICER = "115"
    BIRTH_CERTIFICATE = "117"
    DRIVING_LICENCE = "335"
    DIPLOMATIC_PASSPORT = "411"
    SERVICE_PASSPORT = "412"
    PUBLIC_AFFAIRS_PASSPORT = "413"
    PASSPORT = "414"
    HONG_KONG_PASSPORT = "420"
    MACAO_PASSPORT = "421"
    TAIWAN_TRAVEL_PERMIT = "511"
    HOME_RETURN_PERMIT = "516"
    FOREIGNER_RESIDENCE = "553"
    OTHER = "990"
    RESIDENCE_PERMIT = "1000"
    ORGANISATION_CODE = "01"
    TAX_REGISTRATION = "02"
    BUSINESS_LICENCE = "03"
    GOVERNMENT_BODY = "04"
    PUBLIC_INSTITUTION = "05"
    SOCIAL_ORGANISATION = "06"
    OTHER_BODY = "07"

    @property
    def holder_kind(self) -> HolderKind:
        """Tell whether a person or an organisation holds such a document."""
        return HolderKind.ORGANISATION if len(self.value) == 2 else HolderKind.PERSON


def document_types(kind: HolderKind) -> tuple[DocumentType, ...]:
    """Return the types of documents that a holder of ``kind`` can have, in code order of declaration."""
    return tuple(item for item in DocumentType if item.holder_kind is kind)


class Relation(StrEnum):
    """What the other person is to this one: "02" reads "is my parent"."""

    SELF = "00"
    SPOUSE = "01"
    PARENT = "02"
    CHILD = "03"
    SIBLING = "05"
    EMPLOYER = "06"
    EMPLOYEE = "07"
    GRANDPARENT = "08"
    GRANDCHILD = "09"
    GUARDIAN = "10"
    WARD = "11"
    FRIEND = "12"
    UNKNOWN = "98"
    OTHER = "99"

    def inverse(self) -> "Relation":
        """Return what this person is to the other one; symmetric relations return themselves."""
        return _INVERSES.get(self, self)


_PAIRS = (
    (Relation.PARENT, Relation.CHILD),
    (Relation.EMPLOYER, Relation.EMPLOYEE),
    (Relation.GRANDPARENT, Relation.GRANDCHILD),
    (Relation.GUARDIAN, Relation.WARD),
)
_INVERSES = dict(_PAIRS) | {second: first for first, second in _PAIRS}


class BeneficiaryType(StrEnum):
    """What a beneficiary receives."""

    DEATH = "1"
    SURVIVAL = "2"
    DIVIDEND = "3"
    UNKNOWN = "4"


#: Order of beneficiaries; the first order takes all before the second gets anything.
BENEFICIARY_ORDERS = (1, 2, 3, 4, 5)


class CoverageRole(StrEnum):
    """Main cover or rider (主险, 附加险); the third value of the exchange set is kept as other."""

    MAIN = "1"
    RIDER = "2"
    OTHER = "3"


class PaymentMethod(StrEnum):
    """How money moves."""

    CASH = "10"
    CARD = "20"
    CREDIT_CARD = "21"
    DEBIT_CARD = "22"
    ELECTRONIC_TRANSFER = "30"
    CASH_SLIP = "40"
    CHEQUE = "50"
    WIRE = "60"
    BILL = "70"
    THIRD_PARTY = "80"
    MEDICAL_ACCOUNT = "90"
    OTHER = "99"


class PayMode(StrEnum):
    """Premium frequency (交费间隔)."""

    SINGLE = "01"
    MONTHLY = "02"
    QUARTERLY = "03"
    HALF_YEARLY = "04"
    YEARLY = "05"
    IRREGULAR = "06"
    OTHER = "99"

    @property
    def months(self) -> int | None:
        """Months between two premiums; None where there is no fixed interval."""
        return _INTERVALS.get(self)


_INTERVALS = {PayMode.MONTHLY: 1, PayMode.QUARTERLY: 3, PayMode.HALF_YEARLY: 6, PayMode.YEARLY: 12}


class TermUnit(StrEnum):
    """Unit of a cover term or a payment term; ``TO_AGE`` counts completed years of the insured."""

    YEARS = "Y"
    MONTHS = "M"
    WEEKS = "W"
    DAYS = "D"
    TO_AGE = "A"
    WHOLE_LIFE = "O"
    SINGLE = "S"
    NONE = "N"


COVER_TERM_UNITS = (
    TermUnit.YEARS,
    TermUnit.MONTHS,
    TermUnit.WEEKS,
    TermUnit.DAYS,
    TermUnit.TO_AGE,
    TermUnit.WHOLE_LIFE,
    TermUnit.NONE,
)
PAYMENT_TERM_UNITS = (TermUnit.YEARS, TermUnit.MONTHS, TermUnit.DAYS, TermUnit.TO_AGE, TermUnit.SINGLE)


class PolicyStatus(StrEnum):
    """Where a contract stands (domain.md A.2); cooling-off, grace … are sub-states."""

    PENDING = "PENDING"
    NOT_EFFECTIVE = "NOT_EFFECTIVE"
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    OTHER = "OTHER"

    @property
    def exchange_code(self) -> str | None:
        """The industry's exchange value; a pending application has none."""
        return _STATUS_EXCHANGE.get(self)


_STATUS_EXCHANGE = {
    PolicyStatus.IN_FORCE: "01",
    PolicyStatus.SUSPENDED: "02",
    PolicyStatus.TERMINATED: "03",
    PolicyStatus.NOT_EFFECTIVE: "04",
    PolicyStatus.OTHER: "99",
}


class SubState(StrEnum):
    """What else holds for a contract; several may overlap."""

    IN_COOLING_OFF = "IN_COOLING_OFF"
    IN_GRACE = "IN_GRACE"
    PAID_UP = "PAID_UP"
    REDUCED_PAID_UP = "REDUCED_PAID_UP"
    APL = "APL"
    LOANED = "LOANED"
    LOST = "LOST"
    FROZEN = "FROZEN"
    PREMIUM_WAIVED = "PREMIUM_WAIVED"


class TerminationReason(StrEnum):
    """Why a contract ended; a terminated one always has a reason."""

    MATURED = "01"
    CLAIM = "02"
    SURRENDER = "03"
    CONVERSION = "04"
    COMPANY_RESCISSION = "05"
    DECLINED = "06"
    TRANSFERRED_OUT = "07"
    COOLING_OFF = "08"
    SAME_DAY_WITHDRAWAL = "09"


class SalesChannel(StrEnum):
    """Who sells (decision 15): 个险, 银保, 团险, 电销, 网销, 经代."""

    INDIVIDUAL = "INDIVIDUAL"
    BANCASSURANCE = "BANCASSURANCE"
    GROUP = "GROUP"
    TELESALES = "TELESALES"
    ONLINE = "ONLINE"
    BROKERAGE = "BROKERAGE"


class ContactChannel(StrEnum):
    """By what means we and a customer meet (decision 15, CUS-12)."""

    PHONE = "PHONE"
    SMS = "SMS"
    EMAIL = "EMAIL"
    WECHAT = "WECHAT"
    CHAT = "CHAT"
    APP = "APP"
    PORTAL = "PORTAL"
    LETTER = "LETTER"
    FAX = "FAX"
    VISIT = "VISIT"
    COUNTER = "COUNTER"
    EVENT = "EVENT"


class Direction(StrEnum):
    """Who began a contact."""

    INBOUND = "IN"
    OUTBOUND = "OUT"


class OccupationClass(StrEnum):
    """Rising risk from office (1) to hazardous (6); insurers write the uninsurable class 0, 7 or S, we write 7."""

    OFFICE = "1"
    LIGHT_OUTDOOR = "2"
    DRIVER_TECHNICIAN = "3"
    MANUAL = "4"
    HEAVY_OR_HEIGHT = "5"
    HAZARDOUS = "6"
    UNINSURABLE = "7"


class ProductKind(StrEnum):
    """Kind of product (险种, PRD-1)."""

    LIFE = "LIFE"
    ANNUITY = "ANNUITY"
    ENDOWMENT = "ENDOWMENT"
    CRITICAL_ILLNESS = "CRITICAL_ILLNESS"
    MEDICAL = "MEDICAL"
    ACCIDENT = "ACCIDENT"
    GROUP = "GROUP"
    MOTOR = "MOTOR"
    PROPERTY = "PROPERTY"
    OTHER = "OTHER"
