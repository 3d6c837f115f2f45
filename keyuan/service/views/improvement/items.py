"""Pages of improvement items: the list, one item with its figure before and after, entering and changing (SRV-11)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.forms import explain
from keyuan.organisation.selectors.units import open_units
from keyuan.platform import attempts, clock
from keyuan.platform.files import attachments_of, download_url
from keyuan.platform.formats import day as day_text
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    TextFilter,
    Toned,
    View,
)
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.products.selectors import product_names, products_on_sale
from keyuan.service import permissions
from keyuan.service.extensions import indicators
from keyuan.service.forms import improvement as f
from keyuan.service.models import ImprovementItem
from keyuan.service.rules import improvement as rules
from keyuan.service.selectors import setup
from keyuan.service.selectors.desks import categories
from keyuan.service.selectors.improvement.items import access_item, entries_of, items_visible_to, unit_names
from keyuan.service.selectors.improvement.origins import Origin, origin_of
from keyuan.service.services.improvement import items
from keyuan.service.views.keeping import keep_upload
from keyuan.service.views.leading import to

UNITS_SHOWN = 3
ME = "me"


class OwnerFilter(ChoiceFilter):
    """Whose items: one's own; in addresses ``me``."""

    def conditions(self, _value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader."""
        return [Condition(self.field, "exact", context.actor.id or 0, selective=True)]


def _due(row: ImprovementItem, today: Any) -> Any:
    late = row.state in rules.UNDER_WAY and row.due_on < today
    return Toned(day_text(row.due_on), "bad") if late else day_text(row.due_on)


def _moved(row: ImprovementItem, _today: Any) -> str:
    if row.before_value is None or row.after_value is None:
        return ""
    return f"{row.before_value / 100:.2f} → {row.after_value / 100:.2f}"


class ImprovementList(ListSpec):
    """Improvement items, the nearest due day first."""

    key = "improvement"
    title = gettext_lazy("Improvement items")
    noun = gettext_lazy("improvement items")
    permission = permissions.IMPROVEMENT
    url_name = "service:improvement-list"
    columns = (
        Column(key="number", label=gettext_lazy("Number of the item"), value="number", width=104, first=True,
               kind="link"),
        Column(key="title", label=pgettext_lazy("improvement", "What is to be improved"), value="title",
               width=280, phone=True),
        Column(key="source", label=gettext_lazy("Where it comes from"), value=lambda row, _x: f.SOURCES[row.source],
               kind="badge", width=88),
        Column(key="state", label=gettext_lazy("State"), value=lambda row, _x: f.state_of(row.state), kind="status",
               width=112, phone=True),
        Column(key="owner", label=pgettext_lazy("improvement", "Done by"), value="owner_name", width=88),
        Column(key="due", label=gettext_lazy("To be done by"), value=_due, width=104, sort="due"),
        Column(key="moved", label=gettext_lazy("Figure before and after"), value=_moved, width=136),
        Column(key="opened", label=gettext_lazy("Entered on"), value="opened_on", kind="date", width=104, sort="opened",
               low_priority=True),
    )  # fmt: skip
    filters = (
        TextFilter(key="no", label=gettext_lazy("Number of the item"), field="number", primary=True,
                   placeholder=gettext_lazy("Number of the item")),
        ChoiceFilter(key="state", label=gettext_lazy("State"), field="state", primary=True,
                     choices=tuple(Choice(key, label) for key, (label, _tone) in f.STATES.items())),
        ChoiceFilter(key="source", label=gettext_lazy("Where it comes from"), field="source", primary=True,
                     choices=tuple(Choice(key, label) for key, label in f.SOURCES.items())),
        OwnerFilter(key="owner", label=pgettext_lazy("improvement", "Done by"), field="owner_id",
                    choices=(Choice(ME, gettext_lazy("Me")),), multiple=False),
        DateRange(key="due", label=gettext_lazy("To be done by"), field="due_on",
                  presets=(("today-365", "today-1", gettext_lazy("Overdue days")),)),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=gettext_lazy("To be done by"), field="due_on"),
        Sort(key="opened", label=gettext_lazy("Entered on"), field="opened_on", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="all", label=gettext_lazy("All")),
        View(key="mine", label=pgettext_lazy("knowledge", "Mine"), query="owner=me"),
        View(key="progress", label=pgettext_lazy("improvement", "In progress"), query="state=PROGRESS"),
        View(key="measured", label=gettext_lazy("To be judged"), query="state=MEASURED"),
        View(key="failed", label=pgettext_lazy("improvement", "Without effect"), query="state=INEFFECT"),
    )
    page_actions = (
        PageAction(label=gettext_lazy("New item"), url_name="service:improvement-new", icon="plus",
                   permission=permissions.IMPROVEMENT_WORK, primary=True),
        PageAction(label=gettext_lazy("Review of the month"), url_name="service:improvement-month",
                   icon="calendar-stats", permission=permissions.IMPROVEMENT),
    )  # fmt: skip
    empty = Empty(
        title=gettext_lazy("No improvement items yet"),
        text=gettext_lazy(
            "They come from decided complaints, from work orders, call-backs and knowledge gaps, or are entered here."
        ),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Every item."""
        return [items_visible_to(actor)]

    def prepare(self, _actor: Actor, _rows: Sequence[Any], context: FilterContext) -> Any:
        """The day, for what is overdue."""
        return context.today

    def row_url(self, row: ImprovementItem) -> str:
        """The item's page."""
        return reverse("service:improvement", args=[row.pk])

    def panel_url(self, _row: ImprovementItem) -> str:
        """Items are read on their page."""
        return ""


@require_safe
@allow(permissions.IMPROVEMENT)
def item(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Show an item: what is done, the figure before and after with its cases, evidence, history."""
    actor, today = request.actor, clock.today()
    found = access_item(actor, improvement_id)
    spec = indicators.get(found.indicator)
    context = {
        "item": found, "state": f.state_of(found.state), "source": f.SOURCES[found.source],
        "entries": [(row, f.ACTS[row.act]) for row in entries_of(found.pk)],
        "spec": spec, "about": _about_words(found), "chart": _chart(found, spec),
        "effect": _effect(found, spec), "came_from": _came_from(actor, found),
        "may_measure": found.state in (rules.IN_PROGRESS, rules.MEASURED) and bool(spec)
        and found.after_until is not None and found.after_until < today,
        "files": [{"file": row, "url": download_url(actor, row.pk)}
                  for row in attachments_of(actor, Subject(items.KIND, found.pk))],
        "is_late": found.state in rules.UNDER_WAY and found.due_on < today,
        "is_over": found.state not in rules.UNDER_WAY,
        "may": {"work": actor.may(permissions.IMPROVEMENT_WORK),
                "review": actor.may(permissions.IMPROVEMENT_REVIEW), "own": actor.id == found.owner_id},
    }  # fmt: skip
    return page(request, "service/improvement/item.html", context)


def _came_from(actor: Actor, found: ImprovementItem) -> dict[str, str] | None:
    """Return what it was opened from: the word, and the page where the reader may see it."""
    kind, pk = (rules.ORDER, found.order_id) if found.order_id else (found.origin_kind, found.origin_id)
    if not kind or pk is None:
        return None
    word = found.order.number if found.order else f.SOURCES[found.source]
    return {"word": str(word), "url": _place_of(kind, pk) if _reaches(actor, kind, pk) else ""}


def _reaches(actor: Actor, kind: str, pk: int) -> bool:
    try:
        origin_of(actor, kind, pk, now=clock.now())
    except NotFound:
        return False
    return kind != rules.ORDER or actor.may(permissions.VIEW)


def _about_words(found: ImprovementItem) -> list[str]:
    about = found.about
    names = {node.code: node.name for node in categories(active=False)} if about.get("category") else {}
    units = unit_names([about["unit"]]) if about.get("unit") else {}
    products = product_names([about["product"]]) if about.get("product") else {}
    return [name for name in (names.get(about.get("category", "")), *units.values(), *products.values()) if name]


def _effect(found: ImprovementItem, spec: Any) -> dict[str, Any] | None:
    if spec is None or found.before_cases is None or found.after_cases is None:
        return None
    before = rules.Figure(found.before_value, found.before_cases)
    after = rules.Figure(found.after_value, found.after_cases)
    moved = rules.effect(before, after, less_is_better=spec.less_is_better)
    change = None if moved.change is None else f"{moved.change / 10:+.1f}%"
    tone = {True: "ok", False: "bad", None: ""}[moved.is_better]
    return {"change": change, "tone": tone, "is_weak": moved.is_weak, "few": rules.FEW}


def _chart(found: ImprovementItem, spec: Any) -> dict[str, Any] | None:
    if spec is None or found.before_cases is None:
        return None
    rows = [(_("Before"), found.before_value), (_("After"), found.after_value)]
    return {
        "key": "effect", "title": str(spec.label), "unit": str(spec.unit), "kind": "bar", "label": _("Days measured"),
        "series": [{"name": str(spec.unit)}],
        "rows": [{"label": word, "values": [None if value is None else value / 100]} for word, value in rows],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.IMPROVEMENT_WORK)
def item_new(request: StaffRequest) -> HttpResponse:
    """Enter an item."""
    origin = _origin(request)
    first = {"due_on": clock.today(), "owner": setup.staff_no_of(request.actor.id), "source": "OWN"}
    form = _form(request, first | (_words_of(origin) if origin else {}))
    if request.method == "POST" and form.is_valid():
        try:
            made = items.create(
                actor=request.actor, plan=_plan(form.cleaned_data), now=clock.now(),
                token=attempts.named(request), origin=(origin.kind, origin.pk) if origin else None,
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, reverse("service:improvement", args=[made.pk]))
    cancel_url = _place_of(origin.kind, origin.pk) if origin else reverse("service:improvement-list")
    context = {"form": form, "title": _("New item"), "cancel_url": cancel_url}
    return page(request, "service/improvement/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.IMPROVEMENT_WORK)
def item_edit(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Change an item."""
    found = access_item(request.actor, improvement_id)
    names = ("title", "source", "cause", "measure", "due_on", "indicator", "before_from", "before_until", "after_from",
             "after_until", "version")  # fmt: skip
    initial = {name: getattr(found, name) for name in names} | dict(found.about)
    form = _form(request, initial | {"owner": setup.staff_no_of(found.owner_id)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            items.change(
                actor=request.actor, item_id=found.pk, plan=_plan(data), version=data["version"], now=clock.now()
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, reverse("service:improvement", args=[found.pk]))
    context = {"form": form, "title": found.title, "cancel_url": reverse("service:improvement", args=[found.pk])}
    return page(request, "service/improvement/edit.html", context, status=422 if form.errors else 200)


def _origin(request: StaffRequest) -> Origin | None:
    """Return what the item is opened from; raises NotFound for what is out of reach."""
    kind, typed = request.GET.get("from", ""), request.GET.get("id", "")
    if not kind:
        return None
    return origin_of(request.actor, kind, int(typed) if typed.isdecimal() and len(typed) < 19 else 0, now=clock.now())


def _words_of(origin: Origin) -> dict[str, Any]:
    return {name: getattr(origin, name) for name in ("source", "title", "cause", "category")}


def _place_of(kind: str, pk: int) -> str:
    """Return the page that an item was opened from."""
    if kind == rules.MISS:
        return reverse("service:knowledge-desk")
    return reverse("service:order" if kind == rules.ORDER else "service:follow-up", args=[pk])


def _form(request: StaffRequest, initial: dict[str, Any]) -> f.ItemForm:
    form = f.ItemForm(request.POST or None, initial=initial)
    units = open_units(request.actor).filter(level__lte=UNITS_SHOWN)
    form.offer(
        indicator=[(spec.key, spec.label) for spec in indicators],
        category=[(node.code, "　" * node.depth + node.name) for node in categories()],  # type: ignore[attr-defined]  # set by the tree
        unit=[(unit.pk, unit.name) for unit in units],
        product=list(products_on_sale().values_list("pk", "name")[:300]),
    )
    return form


def _plan(data: dict[str, Any]) -> items.Plan:
    about: dict[str, Any] = {"category": data["category"]} if data["category"] else {}
    about |= {name: int(data[name]) for name in ("unit", "product") if data[name]}
    names = ("title", "due_on", "source", "cause", "measure", "indicator")
    return items.Plan(
        **{name: data[name] for name in names}, owner_id=setup.user_of(data["owner"]), about=about,
        before=(data["before_from"], data["before_until"]), after=(data["after_from"], data["after_until"]),
    )  # fmt: skip


ITEM_ACTS = frozenset({"start", "measure", "close", "fail", "reopen", "note"})


@require_POST
@allow(permissions.IMPROVEMENT)
def item_act(request: StaffRequest, improvement_id: int, improve_act: str) -> HttpResponse:
    """Bring an item on; each act asks for its own permission in its service."""
    if improve_act not in ITEM_ACTS:
        raise Http404(improve_act)
    access_item(request.actor, improvement_id)
    try:
        _run(request, improvement_id, improve_act)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Saved"))
    return to(request, reverse("service:improvement", args=[improvement_id]))


def _run(request: StaffRequest, pk: int, act: str) -> None:
    typed, reason = request.POST.get("version", ""), request.POST.get("reason", "")
    same: dict[str, Any] = {"actor": request.actor, "item_id": pk, "now": clock.now()}
    if act == "note":
        items.note(text=request.POST.get("text", ""), **same)
        return
    same["version"] = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    if act == "start":
        items.start(**same)
    elif act == "measure":
        items.measure(start_of=clock.start_of, **same)
    elif act == "reopen":
        items.reopen(reason=reason, **same)
    else:
        items.judge(is_effective=act == "close", result=reason, **same)


@require_POST
@allow(permissions.IMPROVEMENT_WORK)
def item_file(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Keep evidence with an item."""
    found = access_item(request.actor, improvement_id)
    keep_upload(request, Subject(items.KIND, found.pk), "evidence")
    return to(request, reverse("service:improvement", args=[found.pk]))
