"""A customer's fields as pages show them: label, value, source, and how each is edited in place (CUS-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.customers.models import Customer, OrganisationProfile
from keyuan.customers.rules.birthdays import LunarBirthday
from keyuan.customers.selectors import labels
from keyuan.kernel.actor import Actor, FieldLevel
from keyuan.kernel.dates import completed_years
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.kernel.identifiers.regions import find_region
from keyuan.kernel.money import Money, format_amount
from keyuan.platform import formats
from keyuan.platform.crypto.presenter import present

LUNAR_DIGITS = "〇一二三四五六七八九十"
#: Field → (label, kind of the editor).
EDITORS: Mapping[str, tuple[Any, str]] = {
    "former_name": (gettext_lazy("Former name"), "text"),
    "sex": (gettext_lazy("Sex"), "select"),
    "birth_on": (gettext_lazy("Birth date"), "date"),
    "occupation": (gettext_lazy("Occupation"), "text"),
    "occupation_class": (gettext_lazy("Occupation class"), "select"),
    "employer": (gettext_lazy("Employer's name"), "text"),
    "income": (gettext_lazy("Yearly income"), "text"),
    "education": (gettext_lazy("Education"), "select"),
    "marriage": (gettext_lazy("Marital state"), "select"),
    "nationality": (gettext_lazy("Nationality"), "text"),
    "ethnic_group": (gettext_lazy("Ethnic group"), "select"),
    "occupation_code": (gettext_lazy("Occupation code"), "text"),
    "language": (gettext_lazy("Language"), "select"),
    "preferred_contact": (gettext_lazy("Preferred way of contact"), "select"),
    "preferred_time": (gettext_lazy("Preferred time"), "text"),
    "risk_appetite": (gettext_lazy("Risk appetite"), "select"),
    "hobbies": (gettext_lazy("Hobbies"), "text"),
    "prospect_source": (gettext_lazy("Source of the customer"), "select"),
    "note": (gettext_lazy("Note"), "text"),
}
OPTIONS: Mapping[str, labels.Labels] = {
    "sex": labels.SEXES,
    "occupation_class": labels.OCCUPATION_CLASSES,
    "education": labels.EDUCATIONS,
    "marriage": labels.MARRIAGES,
    "ethnic_group": labels.ETHNIC_GROUPS,
    "language": labels.LANGUAGES,
    "preferred_contact": labels.CONTACT_WAYS,
    "risk_appetite": labels.RISK_APPETITES,
    "prospect_source": labels.PROSPECT_SOURCES,
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """One line of the archive. ``raw`` is what its editor starts with; without ``name`` it is not edited in place."""

    label: Any
    value: str
    name: str = ""
    raw: str = ""
    kind: str = "text"
    options: tuple[tuple[str, Any], ...] = ()
    source: str = ""
    verified: bool = False


def region_name(code: str, *, short: bool = False) -> str:
    """Return the place of a region code; ``short`` leaves the endings of province and district away for heads."""
    region = find_region(code) if code else None
    if region is None:
        return ""
    if not short:
        return region.name
    return "".join(_trimmed(part) for part in (region.city or region.province, region.county))


def _trimmed(name: str) -> str:
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "新区", "市", "省", "区"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def amount(minor: int | None) -> str:
    """Return an amount of the archive as its editor shows it: without needless decimals or separators."""
    if minor is None:
        return ""
    return format_amount(Money(minor), grouped=False).removesuffix(".00")


def income_text(minor: int | None) -> str:
    """Return a yearly income as people say it: in ten thousands where it is that much."""
    if minor is None:
        return ""
    return formats.wan_yuan(minor)


def lunar_text(lunar: LunarBirthday) -> str:
    """Return a lunar birthday as a calendar writes it, such as 闰四月初八."""
    return f"{lunar_month_text(lunar.month)}{lunar_day_text(lunar.day)}"


def lunar_month_text(month: int) -> str:
    """Return a lunar month as a calendar writes it, such as 正月, 闰四月, 腊月."""
    name = {1: "正", 11: "冬", 12: "腊"}.get(abs(month)) or LUNAR_DIGITS[abs(month)]
    return f"{'闰' if month < 0 else ''}{name}月"


def lunar_day_text(day: int) -> str:
    """Return the day of a lunar month as a calendar writes it, such as 初八, 廿三."""
    if day <= 10:
        return f"初{LUNAR_DIGITS[day]}"
    if day in (20, 30):
        return f"{LUNAR_DIGITS[day // 10]}十"
    return f"{'十' if day < 20 else '廿'}{LUNAR_DIGITS[day % 10]}"


def lunar_of_customer(customer: Customer) -> LunarBirthday | None:
    """Return the lunar birthday a customer keeps, if they do."""
    if not customer.birth_is_lunar or not customer.lunar_month or not customer.lunar_day:
        return None
    return LunarBirthday(customer.lunar_month, customer.lunar_day)


def age_of(customer: Customer, today: date) -> int | None:
    """Return a person's age in completed years, at death where they died; None when unknown."""
    born, until = customer.birth_on, customer.death_on or today
    return completed_years(born, until) if born and born <= until else None


def sees_whole(actor: Actor, field_key: str) -> bool:
    """Tell whether the actor reads an unsealed personal field without its strict mask."""
    return actor.level_of(field_key) in (FieldLevel.MASKED, FieldLevel.REVEAL)


def shown_value(actor: Actor, customer: Customer, name: str) -> str:
    """Return one field of the head record as the archive shows it to the actor; empty when unknown."""
    value = getattr(customer, name)
    if name in PERSONAL_FIELDS and not sees_whole(actor, name):
        return present(actor, value, name) if value else ""
    if name in OPTIONS:
        return labels.label_of(OPTIONS[name], value)
    if name == "income":
        return income_text(value)
    if name == "birth_on":
        return _birth_text(customer)
    return "" if value is None else str(value)


def _birth_text(customer: Customer) -> str:
    lunar = lunar_of_customer(customer)
    solar = customer.birth_on.isoformat() if customer.birth_on else ""
    if lunar is None:
        return solar
    kept = _("lunar %(day)s") % {"day": lunar_text(lunar)}
    return _("%(solar)s (%(kept)s)") % {"solar": solar, "kept": kept} if solar else kept


def raw_value(customer: Customer, name: str) -> str:
    """Return one field as its editor starts with it."""
    value = getattr(customer, name)
    if name == "income":
        return amount(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def shown_field(actor: Actor, customer: Customer, name: str, *, editable: bool) -> ShownField:
    """Return one line of the archive, with its editor where it is ``editable``, and the mark of its source."""
    label, kind = EDITORS[name]
    source = customer.field_sources.get(name, "")
    options = tuple(labels.choices_of(OPTIONS[name])) if name in OPTIONS else ()
    editable = editable and (name not in PERSONAL_FIELDS or sees_whole(actor, name))
    return ShownField(
        label,
        shown_value(actor, customer, name),
        name if editable else "",
        raw_value(customer, name) if editable else "",
        kind,
        options,
        labels.label_of(labels.SOURCES, source) if source not in ("", "ID") else "",
        source == "ID",
    )


def profile_fields(profile: OrganisationProfile) -> list[ShownField]:
    """Return an organisation's own lines."""
    roles = [labels.label_of(labels.SERVICE_ROLES, code) for code in profile.service_roles.split(",") if code]
    capital = income_text(profile.registered_capital)
    lines = (
        (_("Unified social credit code"), profile.uscc),
        (_("Legal representative"), profile.legal_representative),
        (_("Founded on"), profile.founded_on.isoformat() if profile.founded_on else ""),
        (_("Registered capital"), capital),
        (_("Industry"), profile.industry),
        (_("Size"), labels.label_of(labels.SIZES, profile.size)),
        (_("Employees"), f"{profile.employees:,}" if profile.employees is not None else ""),
        (_("Service roles"), "、".join(roles)),
        (_("Business scope"), profile.business_scope),
    )
    return [ShownField(label, value) for label, value in lines]
