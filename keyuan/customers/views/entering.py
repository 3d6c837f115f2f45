"""Entering and changing a customer's archive: nothing typed is lost, nobody is overwritten (CUS-1, CUS-3)."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.extensions import EntryPart, entry_parts
from keyuan.customers.forms.archive import ArchiveForm, said
from keyuan.customers.forms.conflict import Comparison, apply_choices, base_of, compare, read_base, snapshot
from keyuan.customers.forms.display import lunar_text
from keyuan.customers.forms.likeness import LikeRow, rows_of_likeness
from keyuan.customers.forms.places import cities_of, counties_of
from keyuan.customers.models import Customer
from keyuan.customers.rules.archive import judge
from keyuan.customers.rules.birthdays import lunar_of
from keyuan.customers.selectors.archive import profile_of, rows_of
from keyuan.customers.selectors.duplicates import Likeness, likely_duplicates
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.archive import Saved, create_customer, entered_by_form, update_customer
from keyuan.customers.services.merging.noticing import note_likeness
from keyuan.customers.services.visits import note_opening
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

KINDS = (Customer.Kind.PERSON, Customer.Kind.ORGANISATION)
#: Fields whose change can make somebody a likely duplicate.
TELLING = ("name", "birth_on", "uscc", "number", "value")


@dataclass(frozen=True)
class Part:
    """A section that a context above adds to the entry form."""

    entry: EntryPart
    form: Any


@dataclass
class Filled:
    """The page of the form: what is shown besides its fields."""

    form: ArchiveForm
    customer: Customer | None = None
    duplicates: list[LikeRow] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)
    sentences: list[str] = field(default_factory=list)
    base: str = ""
    version: int = 0
    status: int = 200
    parts: list[Part] = field(default_factory=list)


def _kind(request: StaffRequest) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind")
    return asked if asked in KINDS else Customer.Kind.PERSON


@require_http_methods(["GET", "POST"])
@allow(permissions.CREATE)
def enter(request: StaffRequest) -> HttpResponse:
    """Enter a customer; sending the form twice makes one."""
    kind = _kind(request)
    if request.method == "GET":
        return _show(request, Filled(ArchiveForm(request.actor, kind), parts=_parts(request)))
    token = attempts.named(request)
    made = entered_by_form(request.actor, token)
    if made is not None:
        return HttpResponseRedirect(reverse("customers:customer", args=[made]))
    filled = Filled(ArchiveForm(request.actor, kind, request.POST), status=422, parts=_parts(request))
    # Each is asked, so that everything that is wrong is said at once.
    if not all([filled.form.is_valid(), *(part.form.is_valid() for part in filled.parts)]):
        return _show(request, filled)
    filled.duplicates = _duplicates(request, filled.form)
    if filled.duplicates and not request.POST.get("not_the_same"):
        # The customer that is already there may be what the other half of a double click has just entered.
        made = entered_by_form(request.actor, token)
        if made is not None:
            return HttpResponseRedirect(reverse("customers:customer", args=[made]))
        filled.sentences.append(say(Refused("customer.duplicate")))
        return _show(request, filled)
    reason = " ".join(request.POST.get("not_the_same_reason", "").split())
    if filled.duplicates and not reason:
        filled.sentences.append(say(Refused("customer.duplicate_reason")))
        return _show(request, filled)
    try:
        saved = create_customer(
            actor=request.actor,
            draft=filled.form.draft(),
            now=clock.now(),
            token=token,
            also=partial(_save_parts, request, filled.parts),
        )
    except Refused as error:
        filled.sentences += filled.form.refuse(error)
        return _show(request, filled)
    _note_likeness(request, filled, saved, reason)
    return _saved(request, saved, _("The customer was entered"))


def _parts(request: StaffRequest) -> list[Part]:
    data, now = request.POST if request.method == "POST" else None, clock.now()
    return [
        Part(entry, entry.form(request.actor, data, now))
        for entry in entry_parts
        if request.actor.may(entry.permission)
    ]


def _save_parts(request: StaffRequest, parts: list[Part], customer_id: int) -> None:
    for part in parts:
        part.entry.save(request.actor, customer_id, part.form, clock.now())


def _note_likeness(request: StaffRequest, filled: Filled, saved: Saved, reason: str) -> None:
    """Let whoever decides duplicates look at a customer who was entered beside one that looks the same (CUS-8)."""
    if filled.duplicates:
        found = _likeness(request, filled.form, saved.customer.pk)
        note_likeness(saved.customer.pk, found, note=reason, now=clock.now())


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Change a customer; when somebody else saved in between, both values are shown, field by field."""
    customer = opened(request, customer_id)
    if request.method == "GET":
        note_opening(actor=request.actor, customer=customer, face="edit", now=clock.now())
        form = _stored_form(request, customer)
        return _show(request, Filled(form, customer, base=base_of(form), version=customer.version))
    data = request.POST.copy()
    there = _stored_form(request, customer)
    apply_choices(data, snapshot(there))
    filled = Filled(
        _stored_form(request, customer, data),
        customer,
        base=data.get("base", ""),
        version=_version(data),
        status=422,
    )
    if not filled.form.is_valid():
        return _show(request, filled)
    try:
        saved = update_customer(
            actor=request.actor,
            customer_id=customer.pk,
            draft=filled.form.draft(),
            version=filled.version,
            now=clock.now(),
        )
    except Conflict:
        return _clash(request, customer, data)
    except Refused as error:
        filled.sentences += filled.form.refuse(error)
        return _show(request, filled)
    return _saved(request, saved, _("The archive was saved"))


def _version(data: QueryDict) -> int:
    text = data.get("version") or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _stored_form(request: StaffRequest, customer: Customer, data: QueryDict | None = None) -> ArchiveForm:
    profile = profile_of(customer) if customer.kind == Customer.Kind.ORGANISATION else None
    rows = rows_of(customer)
    return ArchiveForm(request.actor, customer.kind, data, customer=customer, profile=profile, rows=rows)


def _clash(request: StaffRequest, customer: Customer, data: QueryDict) -> HttpResponse:
    """Show the form again on top of what stands there now."""
    there = _stored_form(request, customer)
    comparison = compare(data, read_base(data.get("base", "")), there)
    form = _stored_form(request, customer, data)
    form.is_valid()
    filled = Filled(form, customer, comparison=comparison, base=base_of(there), version=customer.version, status=409)
    return _show(request, filled)


def _duplicates(request: StaffRequest, form: ArchiveForm) -> list[LikeRow]:
    return rows_of_likeness(request.actor, _likeness(request, form))


def _likeness(request: StaffRequest, form: ArchiveForm, exclude: int | None = None) -> list[Likeness]:
    now = clock.now()
    judged = judge(form.draft(), today=now.date()).draft
    return likely_duplicates(request.actor, judged, now=now, exclude=exclude)


def _saved(request: StaffRequest, saved: Saved, sentence: str) -> HttpResponse:
    toast(request, sentence)
    for warning in saved.warnings:
        toast(request, say(warning))
    return HttpResponseRedirect(reverse("customers:customer", args=[saved.customer.pk]))


def _show(request: StaffRequest, filled: Filled) -> HttpResponse:
    customer = filled.customer
    context = {
        "filled": filled,
        "form": filled.form,
        "sections": filled.form.sections,
        "errors": filled.form.errors(),
        "customer": customer,
        "label": customer_label(request.actor, customer) if customer else "",
        "kind": filled.form.kind,
        "kinds": [] if customer else [(kind.value, label) for kind, label in zip(KINDS, _kind_labels(), strict=True)],
        "key": f"customer-{customer.pk}" if customer else f"customer-{filled.form.kind}",
    }
    return render(request, "customers/customer_form.html", context, status=filled.status)


def _kind_labels() -> tuple[str, str]:
    return _("Individual customer"), _("Corporate customer")


@require_POST
@allow(permissions.VIEW)
def check(request: StaffRequest) -> HttpResponse:
    """Judge what was typed so far by the rules of saving; answer errors by field, what follows, likely duplicates."""
    form = ArchiveForm(request.actor, _kind(request), request.POST)
    form.is_valid()
    asked = request.POST.get("field", "")
    answer: dict[str, Any] = {"error": "", "fills": {}, "duplicates": None}
    verdict = None
    if not any(not row.is_valid() for rows in form.row_sets.values() for row in rows.rows):
        verdict = judge(form.draft(), today=clock.today())
        for error in verdict.errors:
            form.refuse(error)
    answer["error"] = _error_of(form, asked)
    if verdict is not None:
        answer["fills"] = _fills(form, verdict.draft.fields)
        if asked.rpartition("-")[2] in TELLING and not answer["error"]:
            found = likely_duplicates(request.actor, verdict.draft, now=clock.now(), exclude=_own_id(request))
            rows = rows_of_likeness(request.actor, found)
            answer["duplicates"] = render_to_string("customers/parts/duplicates.html", {"duplicates": rows}, request)
    return JsonResponse(answer)


def _own_id(request: StaffRequest) -> int | None:
    text = request.POST.get("customer", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _error_of(form: ArchiveForm, asked: str) -> str:
    """Return the sentence for one field, by its name in the page."""
    if asked in form.head.fields:
        return said(form.head.errors.get(asked, []))
    for rows in form.row_sets.values():
        for row in rows.rows:
            for bound in row:
                if bound.html_name == asked:
                    return said(bound.errors)
    return ""


def _fills(form: ArchiveForm, judged: dict[str, Any]) -> dict[str, str]:
    """Return what the rules read out of other fields: birth date and sex of a number, the lunar day of a birth date."""
    fills = {}
    for name in ("birth_on", "sex"):
        if judged.get(name) and not form.head.cleaned_data.get(name):
            fills[name] = str(judged[name])
    born = judged.get("birth_on")
    lunar = lunar_of(born) if born else None
    if lunar is not None:
        fills |= {"lunar_month": str(lunar.month), "lunar_day": str(lunar.day), "lunar_text": lunar_text(lunar)}
    return fills


@require_GET
@allow(permissions.VIEW)
def places(request: StaffRequest) -> HttpResponse:
    """Answer the cities and counties below a province or city."""
    parent = request.GET.get("parent", "")
    return JsonResponse({"cities": cities_of(parent) if len(parent) == 2 else [], "counties": counties_of(parent)})
