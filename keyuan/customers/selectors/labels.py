"""What the codes of the archive are called, in the language of the page; the stored values are the codes."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors.ethnic_groups import ETHNIC_GROUPS as ETHNIC_GROUPS
from keyuan.kernel.codes import (
    DocumentType,
    Education,
    Marriage,
    OccupationClass,
    ProductKind,
    Relation,
    SalesChannel,
    Sex,
)

Labels = Mapping[str, Any]

KINDS: Labels = {"P": _("Individual customer"), "O": _("Corporate customer")}
SEXES: Labels = {Sex.MALE: _("Male"), Sex.FEMALE: _("Female"), Sex.UNKNOWN: _("Unknown"), Sex.UNSTATED: _("Not stated")}
MARRIAGES: Labels = {
    Marriage.SINGLE: _("Single"),
    Marriage.MARRIED: _("Married"),
    Marriage.WIDOWED: _("Widowed"),
    Marriage.DIVORCED: _("Divorced"),
    Marriage.UNSTATED: _("Not stated"),
}
EDUCATIONS: Labels = {
    Education.DOCTOR: _("Doctorate"),
    Education.MASTER: _("Master's degree"),
    Education.BACHELOR: _("Bachelor's degree"),
    Education.JUNIOR_COLLEGE: _("Junior college"),
    Education.SECONDARY_TECHNICAL: _("Secondary technical school"),
    Education.VOCATIONAL_HIGH: _("Vocational high school"),
    Education.SKILLED_WORKER: _("Skilled workers' school"),
    Education.SENIOR_HIGH: _("Senior high school"),
    Education.JUNIOR_HIGH: _("Junior high school"),
    Education.PRIMARY: _("Primary school"),
    Education.OTHER: _("Other"),
}
DOCUMENT_TYPES: Labels = {
    DocumentType.RESIDENT_ID: _("Resident identity card"),
    DocumentType.TEMPORARY_ID: _("Temporary identity card"),
    DocumentType.HOUSEHOLD_BOOKLET: _("Household booklet"),
    DocumentType.OFFICER: _("Officer's certificate"),
    DocumentType.ARMED_POLICE_OFFICER: _("Armed police officer's certificate"),
    DocumentType.BIRTH_CERTIFICATE: _("Birth certificate"),
    DocumentType.DRIVING_LICENCE: _("Driving licence"),
    DocumentType.PASSPORT: _("Passport"),
    DocumentType.DIPLOMATIC_PASSPORT: _("Diplomatic passport"),
    DocumentType.SERVICE_PASSPORT: _("Service passport"),
    DocumentType.PUBLIC_AFFAIRS_PASSPORT: _("Public affairs passport"),
    DocumentType.HONG_KONG_PASSPORT: _("Hong Kong passport"),
    DocumentType.MACAO_PASSPORT: _("Macao passport"),
    DocumentType.TAIWAN_TRAVEL_PERMIT: _("Travel permit for Taiwan residents"),
    DocumentType.HOME_RETURN_PERMIT: _("Home-return permit"),
    DocumentType.FOREIGNER_RESIDENCE: _("Foreigner's permanent residence card"),
    DocumentType.RESIDENCE_PERMIT: _("Residence permit (Hong Kong, Macao, Taiwan)"),
    DocumentType.OTHER: _("Other document"),
    DocumentType.BUSINESS_LICENCE: _("Business licence"),
    DocumentType.ORGANISATION_CODE: _("Organisation code certificate"),
    DocumentType.TAX_REGISTRATION: _("Tax registration"),
    DocumentType.GOVERNMENT_BODY: _("Government body certificate"),
    DocumentType.PUBLIC_INSTITUTION: _("Public institution certificate"),
    DocumentType.SOCIAL_ORGANISATION: _("Social organisation certificate"),
    DocumentType.OTHER_BODY: _("Certificate of another body"),
}
CONTACT_KINDS: Labels = {
    "MOBILE": _("Mobile phone"),
    "LANDLINE": _("Fixed line"),
    "EMAIL": _("E-mail"),
    "ADDRESS": _("Address"),
    "WECHAT": _("WeChat"),
    "QQ": _("QQ"),
    "FAX": _("Fax"),
    "OTHER": _("Other account"),
}
SOURCES: Labels = {
    "SELF": _("Self-reported"),
    "POLICY": _("From a policy"),
    "AGENT": _("From the agent"),
    "CALL": _("From a call"),
    "IMPORT": _("Imported"),
    "PURCHASED": _("Purchased"),
}
#: What the person is to the other one; stored codes of kernel and two of our own.
RELATIONS: Labels = {
    Relation.SPOUSE: _("Spouse"),
    Relation.PARENT: _("Parent"),
    Relation.CHILD: _("Child"),
    Relation.SIBLING: _("Sibling"),
    Relation.GRANDPARENT: _("Grandparent"),
    Relation.GRANDCHILD: _("Grandchild"),
    Relation.GUARDIAN: _("Guardian"),
    Relation.WARD: _("Ward"),
    Relation.EMPLOYER: _("Employer"),
    Relation.EMPLOYEE: _("Employee"),
    Relation.FRIEND: _("Friend"),
    "REFERRER": _("Referrer"),
    "REFERRED": _("Referred by this customer"),
    Relation.OTHER: _("Other relation"),
}
HOUSEHOLD_ROLES: Labels = {
    Relation.SELF: _("Head of household"),
    Relation.SPOUSE: _("Spouse"),
    Relation.CHILD: _("Child"),
    Relation.PARENT: _("Parent"),
    Relation.SIBLING: _("Sibling"),
    Relation.GRANDPARENT: _("Grandparent"),
    Relation.GRANDCHILD: _("Grandchild"),
    Relation.OTHER: _("Other member"),
    Relation.UNKNOWN: _("Unknown"),
}
OCCUPATION_CLASSES: Labels = {
    OccupationClass.OFFICE: _("Class 1"),
    OccupationClass.LIGHT_OUTDOOR: _("Class 2"),
    OccupationClass.DRIVER_TECHNICIAN: _("Class 3"),
    OccupationClass.MANUAL: _("Class 4"),
    OccupationClass.HEAVY_OR_HEIGHT: _("Class 5"),
    OccupationClass.HAZARDOUS: _("Class 6"),
    OccupationClass.UNINSURABLE: _("Uninsurable"),
}
SALES_CHANNELS: Labels = {
    SalesChannel.INDIVIDUAL: _("Individual agents"),
    SalesChannel.BANCASSURANCE: _("Bancassurance"),
    SalesChannel.GROUP: _("Group business"),
    SalesChannel.TELESALES: _("Telesales"),
    SalesChannel.ONLINE: _("Online sales"),
    SalesChannel.BROKERAGE: _("Agencies and brokers"),
}
#: What the edition of the service standard in force calls tiers otherwise; `standards.remember_names` keeps it.
TIER_NAMES: dict[str, str] = {}


def _tier(code: str, word: Any) -> Any:
    """Return a tier's word: the insurer's own name, else the usual one in the language of the page."""
    return lazy(lambda: TIER_NAMES.get(code) or str(word), str)()


TIERS: Labels = {
    code: _tier(code, word)
    for code, word in {
        "NORMAL": _("Standard tier"),
        "SILVER": _("Silver"),
        "GOLD": _("Gold"),
        "PLATINUM": _("Platinum"),
        "BLACK_GOLD": _("Black gold"),
        "DIAMOND": _("Diamond"),
        "BLUE": _("Blue diamond"),
        "NOBLE": _("Noble diamond"),
        "PRIVATE": _("Private diamond"),
        "BLACK": _("Black diamond"),
        "TIER_A": _("Further tier A"),
        "TIER_B": _("Further tier B"),
        "TIER_C": _("Further tier C"),
    }.items()
}
ACTIVITIES: Labels = {"ACTIVE": _("Recently active"), "HALF_DORMANT": _("Semi-dormant"), "DORMANT": _("Dormant")}
INTERACTION_KINDS: Labels = {
    "CALL": _("Call"),
    "VISIT": _("Visit"),
    "SMS": _("Text message"),
    "EMAIL": _("E-mail"),
    "WECHAT": _("WeChat"),
    "CHAT": _("Chat"),
    "LETTER": _("Letter"),
    "FAX": _("Fax"),
    "EVENT": _("Event"),
    "PORTAL": _("Portal"),
    "POLICY": _("Policy"),
    "PAYMENT": _("Payment"),
    "CLAIM": _("Claim"),
    "WORK_ORDER": _("Work order"),
    "NOTE": _("Note"),
}
INTERACTION_ICONS: Mapping[str, str] = {
    "CALL": "phone",
    "VISIT": "map-pin",
    "SMS": "message",
    "EMAIL": "mail",
    "WECHAT": "message-circle",
    "CHAT": "messages",
    "LETTER": "mail-forward",
    "FAX": "printer",
    "EVENT": "calendar-event",
    "PORTAL": "world",
    "POLICY": "shield",
    "PAYMENT": "coin",
    "CLAIM": "file-plus",
    "WORK_ORDER": "ticket",
    "NOTE": "note",
}
DIRECTIONS: Labels = {"OUT": _("We reached out"), "IN": _("The customer reached out"), "NONE": _("Neither")}
PURPOSES: Labels = {
    "SERVICE": _("Service"),
    "RENEWAL": _("Renewal reminder"),
    "REVIEW": _("Protection review"),
    "CARE": _("Customer care"),
    "SALES": _("Sales"),
    "CLAIM": _("Claim"),
    "CALLBACK": _("Call-back"),
    "COMPLAINT": _("Complaint"),
    "INFORM": _("Information"),
    "OTHER": _("Other"),
}
OUTCOMES: Labels = {
    "REACHED": _("Reached"),
    "NOT_REACHED": _("Not reached"),
    "FOLLOW_UP": _("To be followed up"),
    "AGREED": _("Agreed"),
    "REFUSED": _("Declined"),
    "DONE": _("Settled"),
}
NEED_KINDS: Labels = {
    ProductKind.LIFE: _("Life"),
    ProductKind.CRITICAL_ILLNESS: _("Critical illness"),
    ProductKind.MEDICAL: _("Medical"),
    ProductKind.ACCIDENT: _("Accident"),
    ProductKind.ANNUITY: _("Annuity"),
    ProductKind.ENDOWMENT: _("Endowment"),
    ProductKind.MOTOR: _("Motor"),
    ProductKind.PROPERTY: _("Property"),
    ProductKind.GROUP: _("Group insurance"),
    "PENSION": _("Pension"),
    "EDUCATION": _("Children's education"),
    "WEALTH": _("Wealth transfer"),
    ProductKind.OTHER: _("Other"),
}
LIFE_EVENTS: Labels = {
    "MARRIAGE": _("Marriage"),
    "BIRTH": _("Birth of a child"),
    "HOUSE": _("House purchase"),
    "CAR": _("Car purchase"),
    "JOB": _("New job"),
    "PROMOTION": _("Promotion"),
    "MOVE": _("Moved house"),
    "SCHOOL": _("School or university"),
    "RETIREMENT": _("Retirement"),
    "DIVORCE": _("Divorce"),
    "BEREAVEMENT": _("Bereavement"),
    "OTHER": _("Other"),
}
RISK_APPETITES: Labels = {
    "C1": _("Conservative (C1)"),
    "C2": _("Cautious (C2)"),
    "C3": _("Balanced (C3)"),
    "C4": _("Growth-minded (C4)"),
    "C5": _("Aggressive (C5)"),
}
LANGUAGES: Labels = {"zh": _("Mandarin"), "yue": _("Cantonese"), "dialect": _("Local dialect"), "en": _("English")}
CONTACT_WAYS: Labels = {
    "PHONE": _("Phone"),
    "SMS": _("Text message"),
    "WECHAT": _("WeChat"),
    "EMAIL": _("E-mail"),
    "VISIT": _("Visit"),
    "LETTER": _("Letter"),
}
PROSPECT_SOURCES: Labels = {
    "REFERRAL": _("Referral"),
    "EVENT": _("Event"),
    "ONLINE": _("Website or app"),
    "CALL_IN": _("Called us"),
    "PARTNER": _("Partner"),
    "PURCHASED": _("Purchased list"),
    "WALK_IN": _("Walk-in"),
    "OTHER": _("Other"),
}
SIZES: Labels = {"MICRO": _("Micro"), "SMALL": _("Small"), "MEDIUM": _("Medium"), "LARGE": _("Large")}
SERVICE_ROLES: Labels = {
    "HOSPITAL": _("Hospital"),
    "LAW_FIRM": _("Law firm"),
    "REPAIRER": _("Repairer"),
    "BANK": _("Bank"),
    "APPRAISER": _("Loss appraiser"),
}
TAG_FAMILIES: Labels = {"RISK": _("Risk"), "VALUE": _("Value tags"), "NEED": _("Need")}
ASSIGNMENT_REASONS: Labels = {
    "ENTERED": _("Entered"),
    "UNDO": _("Assignment taken back"),
    "HANDOVER": _("Hand-over"),
    "HAND": _("Assigned by hand"),
    "ALLOCATION": _("Allocated in bulk"),
    "RETURNED": _("Returned by the receiving unit"),
    "ORPHANED": _("Service ended: the person is gone"),
    "ORPHAN": _("Orphan received"),
    "IMPORT": _("Imported"),
}
INVALID_REASONS: Labels = {
    "EMPTY_NUMBER": _("Number does not exist"),
    "WRONG_PERSON": _("Belongs to somebody else"),
    "RETURNED": _("Returned as undeliverable"),
    "OUT_OF_USE": _("No longer used"),
}


def label_of(labels: Labels, code: str) -> str:
    """Return what ``code`` is called; a code that nobody named stands for itself, an empty one for nothing."""
    return str(labels.get(code, code)) if code else ""


def choices_of(labels: Labels, *, empty: bool = True) -> list[tuple[str, Any]]:
    """Return ``labels`` as choices of a form field, with an empty one first unless asked otherwise."""
    rows = [(str(code), label) for code, label in labels.items()]
    return [("", "--"), *rows] if empty else rows
