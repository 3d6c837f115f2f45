"""What personal data is processed for, on which lawful basis, with which fields at most (PIPL 6, 13, 29; PLT-8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Ways to reach a customer; the codes are those of a customer's preferred way of contact.
CHANNELS = ("PHONE", "SMS", "WECHAT", "EMAIL", "VISIT", "LETTER")
#: What a purpose is to the customer: serving the contract, a kindness, selling, or a use of data without any contact.
SERVICE, CARE, SALES, USE = "SERVICE", "CARE", "SALES", "USE"
KINDS = (SERVICE, CARE, SALES, USE)
#: The lawful bases of PIPL art. 13.
CONSENT, CONTRACT, LEGAL_DUTY, EMERGENCY, NEWS, PUBLIC, OTHER_LAW = (
    "CONSENT", "CONTRACT", "LEGAL_DUTY", "EMERGENCY", "NEWS", "PUBLIC", "OTHER_LAW",
)  # fmt: skip
BASES = (CONSENT, CONTRACT, LEGAL_DUTY, EMERGENCY, NEWS, PUBLIC, OTHER_LAW)
#: Below this age everything about a person is sensitive, and a guardian consents (PIPL 28, 31).
GUARDED_AGE = 14

#: The personal fields a form or a file may bring, in groups for the page of a purpose.
FIELD_GROUPS: Mapping[str, tuple[str, ...]] = {
    "IDENTITY": ("name", "former_name", "sex", "birth_on", "nationality", "ethnic_group", "identity_number"),
    "REACH": ("phone", "email", "address", "social_account", "region_code", "preferred_contact", "preferred_time"),
    "WORK": ("occupation", "occupation_code", "occupation_class", "employer", "income", "education"),
    "LIFE": ("marriage", "language", "hobbies", "experience", "risk_appetite", "need", "life_event", "other_cover"),
    "SENSITIVE": ("health", "height_cm", "weight_kg", "bank_account", "biometrics"),
}
FIELDS = tuple(field for group in FIELD_GROUPS.values() for field in group)
SENSITIVE = frozenset({*FIELD_GROUPS["SENSITIVE"], "income"})


@dataclass(frozen=True, slots=True)
class Terms:
    """A purpose: what it is, why it is lawful, what it may use.

    ``channels`` are the ways to reach somebody for it, empty for a use of data; consent is asked for each. A
    higher ``priority`` wins when units want the same customer.
    """

    key: str
    kind: str
    basis: str
    fields: frozenset[str] = frozenset()
    channels: tuple[str, ...] = ()
    is_separate: bool = False
    priority: int = 1
    name: str = ""
    note: str = ""
    is_active: bool = True
    version: int = 0

    @property
    def needs_consent(self) -> bool:
        """Tell whether nothing but the person's consent makes the purpose lawful."""
        return self.basis == CONSENT

    @property
    def is_contact(self) -> bool:
        """Tell whether customers are reached for it."""
        return self.kind != USE


_REACH = frozenset({"name", "sex", "birth_on", *FIELD_GROUPS["REACH"]})
_CONTRACT = frozenset(FIELDS) - {"biometrics", "hobbies", "experience"}
_SELLING = _REACH | {"former_name", "occupation", "occupation_class", "marriage", "language", "hobbies"} | {
    "need", "life_event", "other_cover", "risk_appetite", "education", "employer",
}  # fmt: skip

DEFAULT_PURPOSES: Mapping[str, Terms] = {
    terms.key: terms
    for terms in (
        Terms("SERVICE", SERVICE, CONTRACT, _CONTRACT, CHANNELS, priority=8),
        Terms("NOTICE", SERVICE, LEGAL_DUTY, _REACH | {"identity_number"}, CHANNELS, priority=10),
        Terms("RENEWAL", SERVICE, CONTRACT, _REACH | {"bank_account"}, CHANNELS, priority=7),
        Terms("SURVEY", CARE, CONTRACT, _REACH, ("PHONE", "SMS", "WECHAT", "EMAIL"), priority=4),
        Terms("CARE", CARE, CONTRACT, _REACH | {"hobbies", "life_event"}, CHANNELS, priority=3),
        Terms("MARKETING", SALES, CONSENT, _SELLING, CHANNELS, priority=2),
        Terms("REFERRAL", SALES, CONSENT, frozenset({"name", "sex", "phone"}), ("PHONE", "WECHAT"), priority=1),
        Terms("PROFILING", USE, CONSENT, _SELLING | {"income"}),
        Terms("SHARING", USE, CONSENT, frozenset({"name", "phone"}), is_separate=True),
        Terms("HEALTH", USE, CONSENT, frozenset({"health", "height_cm", "weight_kg"}), is_separate=True),
        Terms("FINANCE", USE, CONSENT, frozenset({"bank_account", "income"}), is_separate=True),
        Terms("BIOMETRICS", USE, CONSENT, frozenset({"biometrics"}), is_separate=True),
        Terms("MINOR", USE, CONSENT, frozenset({"name", "sex", "birth_on", "identity_number"}), is_separate=True),
    )
}


def excess(terms: Terms, fields: Iterable[str]) -> list[str]:
    """Return those of ``fields`` that the purpose may not use, in their usual order; unknown keys do not count."""
    asked = set(fields)
    return [field for field in FIELDS if field in asked and field not in terms.fields]


def unknown_fields(fields: Iterable[str]) -> list[str]:
    """Return those of ``fields`` that no purpose can name."""
    return sorted(set(fields) - set(FIELDS))
