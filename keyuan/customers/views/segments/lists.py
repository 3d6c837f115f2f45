"""The lists of segments and of tags (CUS-6)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.models import Segment, Tag
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.segments.reading import segment_sources
from keyuan.customers.selectors.tags import tags_with_rules, uses_of
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform.lists import (
    Badge,
    BooleanFilter,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
    choices_of,
)

KINDS = {"DYNAMIC": _("Dynamic"), "FROZEN": pgettext_lazy("segment", "Frozen")}
NEW_SEGMENT = PageAction(
    label=_("New segment"), url_name="customers:segment-create", icon="plus", permission=permissions.SEGMENTS,
    primary=True,
)  # fmt: skip
NEW_TAG = PageAction(
    label=_("New tag"), url_name="customers:tag-create", icon="plus", permission=permissions.TAG_CATALOGUE,
    primary=True,
)  # fmt: skip


def _kind(row: Segment, _units: Any) -> Badge:
    return Badge(KINDS[row.kind], "accent" if row.kind == "FROZEN" else "")


class SegmentList(ListSpec):
    """One's own segments and those shared with one's units."""

    key = "segments"
    title = _("Segments")
    permission = permissions.SEGMENTS
    url_name = "customers:segment-list"
    noun = _("segments")
    columns = (
        Column(key="name", label=_("Segment"), width=240, first=True),
        Column(key="kind", label=_("Kind"), value=_kind, kind="badge", width=80, phone=True),
        Column(key="note", label=_("What it is for"), width=280, low_priority=True),
        Column(key="members", label=_("Members written down"), value="members_count", kind="number", width=120),
        Column(key="as_of", label=_("As of"), value="members_as_of", kind="date", width=112, low_priority=True),
        Column(
            key="shared",
            label=_("Shared with"),
            value=lambda row, units: units.get(row.shared_unit_id, ""),
            width=140,
        ),
        Column(key="owner", label=_("Owner"), value="owner_name", width=100),
        Column(key="until", label=_("Valid until"), value="valid_until", kind="date", width=112, default=False),
        Column(key="changed", label=_("Changed"), value="updated_at", kind="moment", width=144, sort="changed"),
    )
    filters = (
        ChoiceFilter(key="kind", label=_("Kind"), field="kind", choices=choices_of(KINDS), primary=True, dense=True),
    )
    sorts = (Sort(key="changed", label=_("Changed"), field="updated_at", descending=True),)
    default_sort = "-changed"
    views = (View(key="all", label=_("All segments")),)
    page_actions = (NEW_SEGMENT,)
    empty = Empty(
        title=_("No segments yet"),
        text=_("A segment is a group of customers by a condition: for batch work, exports and campaigns."),
        action=NEW_SEGMENT,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Segment]]:
        """Return one's own, then those shared with one's units."""
        return [rows.defer("condition") for rows in segment_sources(actor)]

    def prepare(self, _actor: Actor, rows: Sequence[Segment], _context: FilterContext) -> dict[int, str]:
        """Name the units they are shared with."""
        return unit_names(row.shared_unit_id for row in rows)

    def row_url(self, row: Segment) -> str:
        """Return the segment's page."""
        return reverse("customers:segment", args=[row.pk])

    def panel_url(self, _row: Segment) -> str:
        """Segments open whole."""
        return ""


def _rule(row: Tag, _uses: Any) -> Status:
    rule = getattr(row, "rule", None)
    if rule is None:
        return Status(_("By hand only"), "off")
    return Status(_("Rule active"), "ok") if rule.is_active else Status(_("Rule resting"), "warn")


class TagList(ListSpec):
    """The catalogue of tags."""

    key = "tags"
    title = _("Tag catalogue")
    permission = permissions.VIEW
    url_name = "customers:tag-list"
    noun = _("tags")
    columns = (
        Column(key="name", label=_("Which tag"), width=160, first=True),
        Column(
            key="family",
            label=_("Family of tags"),
            value=lambda row, _uses: Badge(labels.label_of(labels.TAG_FAMILIES, row.family)),
            kind="badge",
            width=88,
            phone=True,
        ),
        Column(key="note", label=_("Meaning"), width=280, low_priority=True),
        Column(key="rule", label=_("Set by"), value=_rule, kind="status", width=112),
        Column(key="uses", label=_("Customers"), value=lambda row, uses: uses.get(row.pk, 0), kind="number", width=96),
        Column(key="days", label=_("Valid for (days)"), value="valid_days", kind="number", width=104),
        Column(key="code", label=_("Tag code"), width=160, default=False),
        Column(
            key="state",
            label=_("State"),
            value=lambda row, _uses: Status(_("Retired"), "off") if row.retired_at else Status(_("In use"), "ok"),
            kind="status",
            width=88,
        ),
    )
    filters = (
        ChoiceFilter(
            key="family", label=_("Family of tags"), field="family", choices=choices_of(labels.TAG_FAMILIES),
            primary=True, dense=True,
        ),
        BooleanFilter(
            key="retired",
            label=_("Retired"),
            dense=True,
            apply=lambda rows, value, _context: rows.filter(retired_at__isnull=not value),
        ),
    )  # fmt: skip
    sorts = (Sort(key="code", label=_("Tag code"), field="code"),)
    default_sort = "code"
    views = (
        View(key="used", label=_("In use"), query="retired=0&sort=code"),
        View(key="all", label=_("All tags"), query="sort=code"),
    )
    page_actions = (NEW_TAG,)
    empty = Empty(title=_("No tags in the catalogue yet"), action=NEW_TAG)

    def sources(self, _actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Tag]]:
        """Return the catalogue; it is the same for everybody."""
        return [tags_with_rules()]

    def prepare(self, _actor: Actor, rows: Sequence[Tag], _context: FilterContext) -> dict[int, int]:
        """Count on how many customers each tag is."""
        return uses_of([row.pk for row in rows])

    def row_url(self, row: Tag) -> str:
        """Return the tag's page."""
        return reverse("customers:tag", args=[row.pk])

    def panel_url(self, _row: Tag) -> str:
        """Tags open whole."""
        return ""
