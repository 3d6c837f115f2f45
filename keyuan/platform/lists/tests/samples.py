"""A small list over a table of the platform, and people who read it."""

from datetime import UTC, date, datetime, timedelta

from django import forms

from keyuan.kernel.actor import WHOLE_BOOK, Actor, ActorKind
from keyuan.kernel.errors import Refused
from keyuan.platform.lists import (
    BooleanFilter,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    FilterContext,
    ListSpec,
    NumberRange,
    Reason,
    Sort,
    TextFilter,
    Verdict,
    View,
)
from keyuan.platform.models import Export
from keyuan.platform.permissions import EXPORT_RUN, SHARE_VIEWS

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)
VIEW, MARK = "samples.view", "samples.mark"


def person(number=1, *permissions, role="agent", unit=7, **more):
    """Return somebody who may read the list."""
    return Actor(
        ActorKind.STAFF,
        number,
        f"人{number}",
        staff_no=f"A{number}",
        post_id=number,
        role_code=role,
        unit_id=unit,
        scope=WHOLE_BOOK,
        permissions=frozenset({VIEW, MARK, EXPORT_RUN, *permissions}),
        **more,
    )


READER = person(1)
SHARER = person(2, SHARE_VIEWS)
CONTEXT = FilterContext(READER, TODAY)


def check(actor, ids, now):
    """Odd downloads qualify."""
    found = dict(Export.objects.filter(pk__in=ids).values_list("pk", "downloads"))
    odd = tuple(pk for pk in ids if found[pk] % 2)
    even = tuple(pk for pk in ids if not found[pk] % 2)
    return Verdict(odd, (Reason("sample.even", even),) if even else ())


def run(actor, ids, data, now):
    """Write the text into the title and remember the old ones."""
    before = dict(Export.objects.filter(pk__in=ids).values_list("pk", "title"))
    Export.objects.filter(pk__in=ids).update(title=data.get("text", "marked"))
    return {str(pk): title for pk, title in before.items()}


def undo(actor, payload, now):
    """Write the old titles back."""
    for pk, title in payload.items():
        Export.objects.filter(pk=int(pk)).update(title=title)
    return len(payload)


def half_run(actor, ids, data, now):
    """Write something and fail from the thousandth row on."""
    Export.objects.filter(pk__in=ids).update(title="half")
    if Export.objects.filter(pk__in=ids, rows__gte=1000).exists():
        raise ValueError


class MarkForm(forms.Form):
    """What to write."""

    text = forms.CharField(max_length=20)

    def __init__(self, _actor, data=None):
        super().__init__(data)


MARKING = BulkAction(key="mark", label="Mark", icon="check", permission=MARK, check=check, run=run, undo=undo)
FINAL = BulkAction(key="final", label="Final", icon="check", permission=MARK, check=check, run=run)
BREAKING = BulkAction(key="break", label="Break", icon="check", permission=MARK, check=check, run=half_run)
FORBIDDEN = BulkAction(key="forbidden", label="No", icon="check", permission="samples.never", check=check, run=run)


STATUSES = (Choice("READY", "Ready"), Choice("FAILED", "Failed"))


class SampleList(ListSpec):
    """Exports as rows: owner 9 is one unit's, owner 8 is what is shared."""

    key = "samples"
    title = "Samples"
    permission = VIEW
    url_name = "platform:export-list"
    columns = (
        Column(key="title", label="Title", first=True),
        Column(key="size", label="Size", kind="money", sort="size"),
        Column(key="rows", label="Rows", kind="number"),
        Column(key="reason", label="Reason"),
        Column(key="finished", label="Finished", value="finished_at", kind="moment", sort="finished"),
        Column(key="owner", label="Owner", value="owner_name", personal="name", default=False),
    )
    filters = (
        TextFilter(key="title", label="Title", field="title"),
        ChoiceFilter(key="status", label="Status", field="status", choices=STATUSES),
        DateRange(key="created", label="Created", field="created_at__date"),
        NumberRange(key="size", label="Size", field="size", money=True),
        BooleanFilter(key="taken", label="Taken", field="downloads"),
        ChoiceFilter(key="secret", label="Secret", field="status", permission="samples.never"),
    )
    sorts = (
        Sort(key="size", label="Size", field="size"),
        Sort(key="finished", label="Finished", field="finished_at", nullable=True, descending=True),
    )
    default_sort = "size"
    views = (
        View(key="all", label="All"),
        View(key="ready", label="Ready", query="status=READY&sort=-size"),
        View(key="field", label="Field", roles=frozenset({"agent"})),
        View(key="office", label="Office", not_roles=frozenset({"agent"})),
    )
    bulk_actions = (MARKING, FINAL, BREAKING, FORBIDDEN)

    def sources(self, _actor, _context):
        """Return two disjoint sets."""
        return [Export.objects.filter(owner_id=9), Export.objects.filter(owner_id=8)]


def make_rows(count, *, owner=9, start=0, **columns):
    """Make rows whose sizes come in ties of three and whose every fourth is not finished."""
    rows = [
        Export(
            token=f"{owner}-{number}",
            list_key="x",
            title=columns.get("title", f"t{number}"),
            reason="r",
            owner_id=owner,
            owner_name="欧阳锋",
            size=number // 3,
            rows=number,
            downloads=number % 2,
            status=columns.get("status", "READY"),
            created_at=NOW,
            expires_at=NOW + timedelta(days=7),
            finished_at=None if number % 4 == 0 else NOW + timedelta(minutes=number // 2),
        )
        for number in range(start, start + count)
    ]
    return Export.objects.bulk_create(rows)


def refuse(*args, **kwargs):
    """Refuse whatever is asked."""
    raise Refused("sample.no")
