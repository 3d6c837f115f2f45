"""The fields that conditions may use of the customer, of contacts and of tags (CUS-6)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.extensions import segment_entities, segment_fields
from keyuan.customers.models import CustomerTag, Interaction, Tag
from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.selectors import labels
from keyuan.kernel.identifiers.regions import provinces

FAR_FUTURE, FAR_PAST, NO_BIRTHDAY = "9999-12-31", "0001-01-01", 9999
STATES: labels.Labels = {
    "NORMAL": _("Normal"),
    "GRACE": _("In grace period"),
    "COOLING_OFF": _("In cooling-off period"),
    "SUSPENDED": _("Suspended"),
    "ENDED": _("Ended"),
    "PROSPECT": _("Prospect"),
}
TAG_SOURCES: labels.Labels = {"HAND": _("By hand"), "RULE": _("By rule"), "MODEL": _("By a model")}


def codes_of(words: labels.Labels) -> Callable[[], list[tuple[str, Any]]]:
    """Offer the codes of ``words``."""
    return lambda: [(str(code), label) for code, label in words.items()]


def _months() -> list[tuple[str, Any]]:
    return [
        (str(month), pgettext_lazy("month of a year", "Month %(month)s") % {"month": month}) for month in range(1, 13)
    ]


def _tags() -> list[tuple[str, Any]]:
    rows = Tag.objects.order_by("family", "name").values_list("code", "name", "family")
    return [(code, f"{labels.label_of(labels.TAG_FAMILIES, family)} / {name}") for code, name, family in rows]


def _provinces() -> list[tuple[str, Any]]:
    return sorted(provinces().items())


def _archive(key: str, label: Any, words: labels.Labels, group: str = "person") -> Field:
    return Field(key, label, "choice", key, f"customer__{key}", group=group, blank="", choices=codes_of(words))


#: Who the customer is.
PERSON = (
    Field("kind", _("Kind of customer"), "choice", "kind", choices=codes_of(labels.KINDS), nullable=False),
    Field("sex", _("Sex"), "choice", "sex", blank="", choices=codes_of(labels.SEXES), group="person"),
    Field("age", _("Age"), "age", "birth_on", group="person"),
    Field("birthday", _("Birthday"), "birthday", "birth_md", blank=NO_BIRTHDAY, choices=_months, group="person"),
    _archive("marriage", _("Marital status"), labels.MARRIAGES),
    _archive("education", _("Education"), labels.EDUCATIONS),
    _archive("occupation_class", _("Occupation class"), labels.OCCUPATION_CLASSES),
    _archive("risk_appetite", _("Risk appetite"), labels.RISK_APPETITES),
    _archive("language", _("Language"), labels.LANGUAGES),
    _archive("preferred_contact", _("Preferred contact"), labels.CONTACT_WAYS),
    Field("region", _("Region"), "region", "region_code", blank="", choices=None, group="person"),
)
#: What stands between the customer and us.
STANDING = (
    Field("is_policyholder", _("Holds a policy"), "flag", "is_policyholder"),
    Field(
        "sales_channel",
        _("Sales channel"),
        "choice",
        "sales_channel",
        blank="",
        choices=codes_of(labels.SALES_CHANNELS),
    ),
    Field("is_orphan", _("Served by nobody"), "flag", "is_orphan"),
    Field("has_contact", _("Has contact data"), "flag", "has_contact"),
    Field("activity", _("Activity"), "choice", "activity", blank="", choices=codes_of(labels.ACTIVITIES)),
    Field("tier", _("Tier"), "choice", "tier", blank="", choices=codes_of(labels.TIERS)),
    Field("state", _("State"), "choice", "state", blank="", choices=codes_of(STATES)),
    _archive("prospect_source", _("Source of the prospect"), labels.PROSPECT_SOURCES, "customer"),
    Field("opened_on", _("On file since"), "date", "opened_on", nullable=False),
    Field("unit", _("Serving unit"), "unit", "team_id", nullable=False),
    Field("agent", _("Served by"), "agent", "servicing_agent_id"),
    Field("segment", _("Segment"), "segment", "customer_id", nullable=False),
)
#: What policies, premiums and claims add up to.
TOTALS = (
    Field("annual_premium", _("Annual premium (CNY)"), "money", "annual_premium", group="totals", nullable=False),
    Field("policies_in_force", _("Policies in force"), "number", "policies_in_force", group="totals", nullable=False),
    Field("policies_total", _("Policies ever held"), "number", "policies_total", group="totals", nullable=False),
    Field("next_due_on", _("Next due"), "date", "next_due_on", blank=FAR_FUTURE, group="totals"),
    Field("next_due_amount", _("Next premium due (CNY)"), "money", "next_due_amount", group="totals", nullable=False),
    Field("grace_until", _("End of the grace period"), "date", "grace_until", group="totals"),
    Field("last_purchase_on", _("Last purchase"), "date", "last_purchase_on", group="totals"),
    Field("last_contact_on", _("Last contact"), "date", "last_contact_on", blank=FAR_PAST, group="totals"),
    Field("open_claims", _("Claims in progress"), "number", "open_claims", group="totals", nullable=False),
    Field("open_items", _("Open tasks"), "number", "open_items", group="totals", nullable=False),
)


SERVICE: labels.Labels = {
    "SERVED": _("Has a service person"),
    "ORPHAN": _("Orphan: the agent left"),
    "BANK": _("Bank customer without a service person"),
    "GROUP": _("Group legacy without a service person"),
    "UNASSIGNED": _("Never assigned"),
}
TOUCH: labels.Labels = {
    "NONE": _("No touch point"),
    "MATURITY": _("Maturity"),
    "LAPSE": _("Lapse"),
    "CLAIM": _("Claim"),
    "APPOINTMENT": _("Appointment"),
    "RENEWAL": _("Renewal premium"),
}


def _on_axis(key: str, label: Any, kind: str, path: str = "", **more: Any) -> Field:
    return Field(key, label, kind, key, path, group="classification", **more)


#: The axes of the classification that have no column of their own above (CUS-5).
AXES = (
    _on_axis(
        "service",
        _("Service person"),
        "choice",
        "service_kind",
        absent="SERVED",
        choices=codes_of(SERVICE),
        nullable=False,
    ),
    _on_axis(
        "touch", _("Touch point"), "choice", "touch_point", absent="NONE", choices=codes_of(TOUCH), nullable=False
    ),
    _on_axis("near_vip", _("Near VIP"), "flag", "is_near_vip"),
    _on_axis("mass_line", _("Small mass line"), "flag", "is_mass_line"),
    _on_axis("long_term", _("Holds a long-term contract"), "flag", "has_long_term"),
    _on_axis("matures_on", _("Next maturity"), "date"),
    _on_axis("lapsed_on", _("Last lapse"), "date"),
    _on_axis("claim_on", _("Last claim"), "date"),
    _on_axis("appointment_on", _("Next appointment"), "date"),
    _on_axis("largest_premium", _("Largest annual premium (CNY)"), "money"),
)


def _of_contact(key: str, label: Any, kind: str, **more: Any) -> Field:
    return Field(f"interaction.{key}", label, kind, key, entity="interaction", **more)


CONTACTS = (
    _of_contact("occurred_at", _("Moment"), "moment", nullable=False),
    _of_contact("kind", _("Way"), "choice", choices=codes_of(labels.INTERACTION_KINDS), nullable=False),
    _of_contact("direction", _("Direction"), "choice", choices=codes_of(labels.DIRECTIONS), nullable=False),
    _of_contact("purpose", _("Purpose"), "choice", choices=codes_of(labels.PURPOSES), blank=""),
    _of_contact("outcome", _("Outcome"), "choice", choices=codes_of(labels.OUTCOMES), blank=""),
    _of_contact("seconds", _("Length (seconds)"), "number"),
)


def _of_tag(key: str, label: Any, kind: str, column: str, path: str = "", **more: Any) -> Field:
    return Field(f"tag.{key}", label, kind, column, path, entity="tag", **more)


TAGS = (
    _of_tag("code", _("Which tag"), "choice", "tag", "tag__code", choices=_tags, nullable=False),
    _of_tag(
        "family",
        _("Family of tags"),
        "choice",
        "family",
        "tag__family",
        choices=codes_of(labels.TAG_FAMILIES),
        nullable=False,
    ),
    _of_tag("source", _("Source"), "choice", "source", choices=codes_of(TAG_SOURCES), nullable=False),
    _of_tag("confidence", _("Confidence (per cent)"), "share", "confidence_bp", nullable=False),
    _of_tag("expires_on", _("Expires on"), "date", "expires_on"),
)


def register() -> None:
    """Offer the fields and the kinds of records."""
    segment_entities.add(Entity("interaction", _("Contact record"), "interactions", Interaction.objects.all, order=30))
    segment_entities.add(
        Entity("tag", _("Customer tag"), "customer_tags", CustomerTag.objects.all, until="expires_on", order=40)
    )
    for field in (*PERSON, *STANDING, *AXES, *TOTALS, *CONTACTS, *TAGS):
        segment_fields.add(field)
