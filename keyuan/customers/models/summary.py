"""One narrow row per customer: what lists sort and filter by, so that no list page joins the book (architecture §3)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.textfield import CodePointField

#: Columns that order lists; each has (level, sort, id) at the large levels, small levels sort in memory.
FAR_PAST = "0001-01-01"


#: Columns of the list's filters. Behind an order's own columns they let a walk pass over what does not match without
#: looking at the rows: a filter and an order that run against each other cost one index, not the whole table.
FILTERED = (
    "tier", "sales_channel", "state", "activity", "is_orphan", "is_policyholder", "has_contact", "next_due_on",
    "birth_md", "last_contact_on", "annual_premium",
)  # fmt: skip


def _order_index(level_key: str, level: list[str], sort_key: str, sort: str) -> models.Index:
    # A sub-branch holds few rows: they are read whole. Names run against no filter.
    narrow = level_key == "sb" or sort_key == "name"
    tail = [] if narrow else [column for column in FILTERED if column != sort]
    return models.Index(fields=[*level, sort, "customer", *tail], name=f"cs_{level_key}_{sort_key}")


def _indexes() -> list[models.Index]:
    large = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    sorts = {
        "name": "name_sort",
        "prem": "annual_premium",
        "due": "next_due_on",
        "last": "last_contact_on",
        "new": "opened_on",
        "bday": "birth_md",
    }
    indexes = [
        _order_index(level_key, level, sort_key, sort)
        for level_key, level in large.items()
        for sort_key, sort in sorts.items()
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    indexes += [models.Index(fields=[column], name=f"cs_{key}") for key, column in small.items()]
    # Who was born on a day and is called so: entries and imports ask for it.
    indexes.append(models.Index(fields=["birth_on", "name"], name="cs_born"))
    return indexes + _filter_indexes() + _class_indexes()


def _filter_indexes() -> list[models.Index]:
    """Return the indexes of filters with sparse values: they count and gather the few that match.

    None for the channel of the whole book: a post that sees one channel everywhere would be read through it and sorted.
    """
    filters = {"all": {"state": "state", "tier": "tier"}, "br": {"state": "state", "tier": "tier"}}
    filters["br"] |= {"chan": "sales_channel", "orph": "is_orphan"}
    levels: dict[str, list[str]] = {"all": [], "br": ["branch_id"]}
    return [
        models.Index(fields=[*levels[level], column], name=f"cs_{level}_{key}")
        for level, columns in filters.items()
        for key, column in columns.items()
    ]


def _class_indexes() -> list[models.Index]:
    """Return the indexes of the axes that only some customers stand out on; the common value is not in them."""
    cases = {
        "serv": ("service_kind", models.Q(service_kind__isnull=False)),
        "touch": ("touch_point", models.Q(touch_point__isnull=False)),
        "src": ("prospect_source", models.Q(prospect_source__isnull=False)),
        "near": ("is_near_vip", models.Q(is_near_vip=True)),
        "mass": ("is_mass_line", models.Q(is_mass_line=True)),
    }
    levels: dict[str, list[str]] = {"all": [], "br": ["branch_id"]}
    return [
        models.Index(fields=[*columns, column], name=f"cs_{level}_{key}", condition=condition)
        for level, columns in levels.items()
        for key, (column, condition) in cases.items()
    ]


class CustomerSummary(ScopedRow):
    """What lists show and sort by; kept by calls from above and rebuilt from the facts by recompute functions.

    Amounts in minor units of CNY. Dates that do not exist are `9999-12-31` (nothing due) or `0001-01-01` (never), so
    that sorts need no NULL segment. ``birth_md`` is month × 100 + day of the birthday, 9999 when unknown.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="summary")
    customer_no = models.CharField(max_length=20)
    kind = models.CharField(max_length=1)
    name = models.CharField(max_length=120, blank=True, default="")
    name_sort = CodePointField(max_length=60, blank=True, default="", help_text="pinyin, for sorting")
    sex = models.CharField(max_length=1, blank=True, default="")
    birth_on = models.DateField(null=True, blank=True)
    birth_md = models.PositiveSmallIntegerField(default=9999)
    region_code = models.CharField(max_length=6, blank=True, default="")
    tier = models.CharField(max_length=10, blank=True, default="")
    is_policyholder = models.BooleanField(default=False)
    activity = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(max_length=12, blank=True, default="")
    has_contact = models.BooleanField(default=False)
    is_orphan = models.BooleanField(default=False)
    policies_in_force = models.PositiveIntegerField(default=0)
    policies_total = models.PositiveIntegerField(default=0)
    annual_premium = models.BigIntegerField(default=0)
    next_due_on = models.DateField(default="9999-12-31")
    next_due_amount = models.BigIntegerField(default=0)
    grace_until = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(default=FAR_PAST)
    last_purchase_on = models.DateField(null=True, blank=True)
    open_claims = models.PositiveSmallIntegerField(default=0)
    open_items = models.PositiveSmallIntegerField(default=0)
    opened_on = models.DateField()
    # Classification (CUS-5): ``class_code`` has a letter for each axis, NULL until it was classified. The others hold
    # what stands out, NULL where a person serves, nothing touches, or the customer is no prospect.
    class_code = models.CharField(max_length=12, null=True, blank=True)
    prospect_source = models.CharField(max_length=20, null=True, blank=True)
    service_kind = models.CharField(max_length=12, null=True, blank=True)
    touch_point = models.CharField(max_length=12, null=True, blank=True)
    is_near_vip = models.BooleanField(null=True, blank=True)
    is_mass_line = models.BooleanField(null=True, blank=True)
    # What classification asks of contracts, claims and tasks, kept by their contexts.
    matures_on = models.DateField(null=True, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)
    claim_on = models.DateField(null=True, blank=True)
    appointment_on = models.DateField(null=True, blank=True)
    largest_premium = models.BigIntegerField(null=True, blank=True)
    has_long_term = models.BooleanField(null=True, blank=True)
    primary_phone = models.ForeignKey(
        "customers.ContactPoint", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = _indexes()
