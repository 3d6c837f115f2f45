"""Words for the codes of the catalogue."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.terms import unit_and_number

KINDS: dict[str, Any] = {
    "LIFE": _("Life"),
    "ANNUITY": _("Annuity"),
    "ENDOWMENT": _("Endowment"),
    "CRITICAL_ILLNESS": _("Critical illness"),
    "MEDICAL": _("Medical"),
    "ACCIDENT": _("Accident"),
    "GROUP": _("Group"),
    "MOTOR": _("Motor"),
    "PROPERTY": _("Property"),
    "OTHER": pgettext_lazy("product kind", "Other"),
}
#: Sale status → (dot of ui.md, word).
SALE_STATUSES: dict[str, tuple[str, Any]] = {
    "DRAFT": ("off", _("Draft")),
    "ON_SALE": ("ok", _("On sale")),
    "STOPPED": ("off", _("Sale stopped")),
}
PAY_MODES: dict[str, Any] = {
    "01": pgettext_lazy("pay mode", "Single"),
    "02": _("Monthly"),
    "03": _("Quarterly"),
    "04": _("Half-yearly"),
    "05": _("Yearly"),
    "06": _("Irregular"),
    "99": pgettext_lazy("pay mode", "Other"),
}
CHANNELS: dict[str, Any] = {
    "INDIVIDUAL": _("Individual agents"),
    "BANCASSURANCE": _("Bancassurance"),
    "GROUP": pgettext_lazy("sales channel", "Group"),
    "TELESALES": _("Telesales"),
    "ONLINE": _("Online"),
    "BROKERAGE": _("Agencies and brokers"),
}
DESIGNS: dict[str, Any] = {
    "ORDINARY": pgettext_lazy("product design", "Ordinary"),
    "INCREASING": _("Increasing sum"),
    "PARTICIPATING": _("Participating"),
    "UNIVERSAL": _("Universal"),
    "UNIT_LINKED": _("Unit-linked"),
}
FAMILIES: dict[str, Any] = {
    "COMMON": _("Common to all channels"),
    "EXCLUSIVE": _("One channel only"),
    "CARD": _("Card product"),
    "TAILORED": _("Made to measure"),
}
NEEDS: dict[str, Any] = {
    "LIFE": _("Family protection"),
    "CRITICAL_ILLNESS": _("Illness protection"),
    "MEDICAL": _("Medical costs"),
    "ACCIDENT": _("Accident protection"),
    "ENDOWMENT": _("Savings"),
    "EDUCATION": pgettext_lazy("need", "Education"),
    "PENSION": _("Old age"),
    "ANNUITY": _("Regular income"),
    "WEALTH": _("Passing on wealth"),
    "MOTOR": _("Vehicle"),
    "PROPERTY": _("Home and property"),
    "GROUP": pgettext_lazy("need", "Employees"),
}
PAPERS: dict[str, Any] = {
    "CLAUSE": _("Clauses"),
    "DESCRIPTION": _("Product description"),
    "PROMPT": _("Prompt sheet for applicants"),
    "HEALTH": _("Health notice"),
    "OTHER": _("Other paper"),
}
QUESTION_KINDS: dict[str, Any] = {
    "YES_NO": _("Yes or no"),
    "NUMBER": pgettext_lazy("question kind", "Number"),
    "CHOICE": _("One of several"),
    "TEXT": _("Free text"),
}
QUESTION_SECTIONS: dict[str, Any] = {
    "HEALTH": _("Health"),
    "LIFESTYLE": _("Way of life"),
    "OCCUPATION": _("Occupation"),
    "FINANCE": _("Finances"),
    "VEHICLE": _("Vehicle"),
}
SEXES: dict[str, Any] = {"1": _("Male"), "2": _("Female")}
RATE_KINDS: dict[str, Any] = {"PREMIUM": _("Premium rates"), "CASH_VALUE": _("Cash values")}
RATE_BASES: dict[str, Any] = {
    "SUM": _("for a sum insured of"),
    "PREMIUM": _("for a yearly premium of"),
    "FLAT": _("the price itself"),
}
RATE_STATUSES: dict[str, tuple[str, Any]] = {
    "DRAFT": ("warn", _("Draft")),
    "RELEASED": ("ok", _("Released")),
    "WITHDRAWN": ("off", _("Withdrawn")),
}
REQUEST_STATES: dict[str, tuple[str, Any]] = {
    "ASKED": ("warn", _("Waits for a decision")),
    "APPROVED": ("ok", _("Approved")),
    "REFUSED": ("bad", _("Refused")),
    "WITHDRAWN": ("off", _("Withdrawn")),
}
REQUEST_KINDS: dict[str, Any] = {"PUT_ON_SALE": _("Put on sale"), "CHANGE": _("Change what is on sale")}
AUDIENCES: dict[str, Any] = {
    "ANY": _("Anybody"),
    "WOMEN": _("Women"),
    "FAMILY": _("Families"),
    "CHILD": _("Children"),
    "SENIOR": _("Seniors"),
}
DIMENSION_NAMES: dict[str, Any] = {
    "age": _("Age"),
    "sex": _("Sex"),
    "cover_term": _("Cover term"),
    "pay_term": _("Payment term"),
    "occupation": _("Occupation class"),
    "plan": pgettext_lazy("rate table", "Plan"),
    "year": _("Policy year"),
}


def term_words(token: str) -> str:
    """Return a term's token in words."""
    unit, number = unit_and_number(token)
    if unit in WHOLE_TERMS:
        return str(WHOLE_TERMS[unit])
    pattern = TERM_PATTERNS.get(unit)
    return str(pattern) % {"n": number} if pattern else token


WHOLE_TERMS: dict[str, Any] = {"O": _("whole life"), "S": _("single payment"), "N": _("Without term"), "": "--"}
TERM_PATTERNS: dict[str, Any] = {
    "Y": _("%(n)s years"),
    "M": _("%(n)s months"),
    "W": _("%(n)s weeks"),
    "D": _("%(n)s days"),
    "A": _("to age %(n)s"),
}


def place_words(key: RateKey) -> str:
    """Return the stated parts of a place in a rate table in words."""
    said = []
    for name, label in DIMENSION_NAMES.items():
        value = getattr(key, name)
        if value in (None, ""):
            continue
        if name == "sex":
            value = SEXES.get(value, value)
        elif name in ("cover_term", "pay_term"):
            value = term_words(value)
        said.append(f"{label} {value}")
    return ", ".join(said)
