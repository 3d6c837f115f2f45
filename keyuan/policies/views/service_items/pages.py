"""One request: what is asked, checks as they stand now, papers, agreements, effect, history; its letter (POL-5)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.files import access_attachment, attachments_of, delete_attachment, download_url, store
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.service_items.request import ConsentForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.checks import findings
from keyuan.policies.rules.service_items.codes import OPEN, State
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.service_items import (
    access_request,
    consents_of,
    events_of,
    item_of,
    notices_of,
    requests_of_customer,
    requests_of_policy,
    rule_for,
)
from keyuan.policies.selectors.service_items.facts import facts_of, wanted_of
from keyuan.policies.selectors.service_items.labels import (
    ACTS,
    CHECKS,
    CLOCKS,
    FACES,
    HOW,
    ITEMS,
    NOTICES,
    PAPERS,
    ROLES,
    SECONDS,
)
from keyuan.policies.selectors.service_items.papers import known_paper, papers_of, wanted_consents
from keyuan.policies.selectors.service_items.pricing import NOTHING
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.payments import NOTHING_DUE
from keyuan.policies.services.service_items.entering import papers_changed, record_consent
from keyuan.policies.services.service_items.letters import letter_of
from keyuan.policies.services.service_items.recording import subject_of
from keyuan.policies.services.service_items.revealing import reveal_value
from keyuan.policies.views.service_items.shown import (
    asked_rows,
    people_rows,
    pricing_of,
    reckoning_of,
    state_of,
    told_rows,
)
from keyuan.policies.views.service_items.steps import possible_acts

SHOWN = 60


def back_to(request_id: int) -> HttpResponse:
    """Return to the page of a request."""
    return HttpResponseRedirect(reverse("policies:request", args=[request_id]))


def head_of(request: StaffRequest, row: ServiceRequest) -> dict[str, Any]:
    """Return what the page and the forms of its steps show of a request."""
    actor, now = request.actor, clock.now()
    ids = [pk for pk in (row.customer_id, row.applicant_id) if pk]
    names = customer_labels(actor, ids, now=now)
    due = None if row.due_on >= NOTHING_DUE else row.due_on
    return {
        # An amount that was asked for stands among what was asked.
        "amount": None if "amount" in row.asked else row.amount,
        "row": row, "policy": row.policy, "number": policy_number(actor, row.policy), "item": ITEMS[row.item],
        "state": state_of(row), "holder": names.get(row.customer_id or 0, ""),
        "holder_name": present(actor, row.policy.holder_name, "name"),
        "applicant": names.get(row.applicant_id or 0, ""), "role": ROLES[row.applicant_role],
        "face": FACES[row.face], "duty": CLOCKS.get(row.due_key, ""), "due_on": due,
        "is_late": due is not None and due < now.date(), "is_open": row.status in OPEN,
        "acts": [(act, ACTS[act]) for act in possible_acts(actor, row)],
        "full_url": reverse("policies:request", args=[row.pk]), "keeper": keeper_of(row.policy),
    }  # fmt: skip


@require_GET
@allow(permissions.VIEW)
def request_detail(request: StaffRequest, service_request_id: int) -> HttpResponse:
    row = access_request(request.actor, service_request_id)
    now = clock.now()
    context = head_of(request, row) | {
        "asked": asked_rows(request.actor, row), "people": people_rows(request.actor, row, now),
    }  # fmt: skip
    if request.GET.get("panel"):
        return page(request, "policies/requests/panel.html", context)
    context |= _checked(request.actor, row, now) | _papers(request, row) | _history(row)
    return page(request, "policies/requests/detail.html", context)


def _checked(actor: Actor, row: ServiceRequest, now: datetime) -> dict[str, Any]:
    item, (_offered, second, limit) = item_of(row), rule_for(item_of(row))
    found, priced, why = [], NOTHING, ""
    if row.status in OPEN and row.sent_at is None:
        priced, why = pricing_of(row, now.date())
        facts = facts_of(row.policy, item, wanted_of(row, item), now)
        found = [(CHECKS[one.check], say(one.refusal) if one.refusal else "") for one in findings(item, facts)]
    return {
        "checks": found, "refused": sum(1 for _label, why in found if why), "second": SECONDS[second],
        "limit": limit if second == "ABOVE" else None, "priced": priced, "priced_why": why,
        "told": told_rows(actor, row), "reckoning": reckoning_of(row),
    }  # fmt: skip


def _papers(request: StaffRequest, row: ServiceRequest) -> dict[str, Any]:
    given = consents_of(row)
    wanted = wanted_consents(row, row.policy)
    parties = [*wanted, *(party for party in given if party not in wanted)]
    waits = row.status == State.ACCEPTED and request.actor.may(permissions.SERVICE_APPLY)
    files = attachments_of(request.actor, subject_of(row))[:SHOWN]
    return {
        "papers": [(PAPERS[paper], there) for paper, there in papers_of(row)],
        "files": [(one, PAPERS[known_paper(one.kind)], download_url(request.actor, one.pk)) for one in files],
        "kinds": [(paper, PAPERS[paper]) for paper, _there in papers_of(row)] + [("OTHER", PAPERS["OTHER"])],
        "may_file": row.status in OPEN and request.actor.may(permissions.SERVICE_APPLY),
        "consents": [
            (ROLES[party], given.get(party), HOW.get(given[party].how, "") if party in given else "")
            for party in parties
        ],
        "may_consent": waits and any(party not in given for party in wanted),
    }  # fmt: skip


def _history(row: ServiceRequest) -> dict[str, Any]:
    return {
        "events": [(one, ACTS.get(one.act, one.act)) for one in events_of(row)[:SHOWN]],
        "notices": [(one, NOTICES.get(one.kind, one.kind)) for one in notices_of(row)[:SHOWN]],
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.SERVICE_APPLY)
def request_consent(request: StaffRequest, service_request_id: int) -> HttpResponse:
    """Record whose agreement was given."""
    row = access_request(request.actor, service_request_id)
    given = consents_of(row)
    parties = [party for party in wanted_consents(row, row.policy) if party not in given]
    form = ConsentForm(request.POST or None, parties=parties, initial={"given_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            record_consent(actor=request.actor, request_id=row.pk, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The agreement was recorded"))
            return back_to(row.pk)
    context = head_of(request, row) | {"form": form, "title": ACTS["CONSENT"]}
    return page(request, "policies/requests/act.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(permissions.SERVICE_APPLY)
def file_add(request: StaffRequest, service_request_id: int) -> HttpResponse:
    """Keep a paper with the request."""
    row = access_request(request.actor, service_request_id)
    upload, kind = request.FILES.get("file"), known_paper(request.POST.get("kind", ""))
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        store(
            actor=request.actor, subject=subject_of(row), name=upload.name or "", file=upload, now=clock.now(),
            kind=kind, customer_id=row.customer_id,
        )  # fmt: skip
        papers_changed(actor=request.actor, request_id=row.pk, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The file was kept"))
    return back_to(row.pk)


@require_POST
@allow(permissions.SERVICE_APPLY)
def file_remove(request: StaffRequest, service_request_id: int, file_id: int) -> HttpResponse:
    """Delete a paper while the request was not passed to review."""
    row = access_request(request.actor, service_request_id)
    attachment = access_attachment(request.actor, file_id)
    if (attachment.subject_kind, attachment.subject_id) != (subject_of(row).kind, row.pk):
        raise NotFound("request.file_of_other")
    if row.status != State.ACCEPTED:
        toast(request, say(Refused("request.decided")), failed=True)
    else:
        reason = request.POST.get("reason", "")
        now = clock.now()
        delete_attachment(
            actor=request.actor, attachment_id=file_id, reason=reason, now=now, customer_id=row.customer_id
        )
        papers_changed(actor=request.actor, request_id=row.pk, now=now)
        toast(request, _("The file was deleted"))
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("policies:request", args=[row.pk])})


@require_POST
@allow(permissions.VIEW)
def request_reveal(request: StaffRequest, service_request_id: int, column: str) -> HttpResponse:
    """Open one sealed value for a moment, with a reason."""
    try:
        value = reveal_value(
            actor=request.actor, request_id=service_request_id, column=column, reason=request.POST.get("reason", ""),
            now=clock.now(),
        )  # fmt: skip
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})


@require_GET
@allow(permissions.SERVICE_APPLY)
def request_letter(request: StaffRequest, service_request_id: int) -> HttpResponse:
    """Hand out the confirmation or refusal as a letter (PDF)."""
    row = access_request(request.actor, service_request_id)
    try:
        content = letter_of(actor=request.actor, request=row, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return back_to(row.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.request_no}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@allow(permissions.VIEW)
def policy_requests(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The requests of one contract, on its page."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    return _card(request, requests_of_policy(request.actor, policy.pk), f"policy={policy.pk}")


@require_GET
@allow(permissions.VIEW)
def customer_requests(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The requests of a customer, on their page."""
    access_customer(request.actor, customer_id, now=clock.now())
    return _card(request, requests_of_customer(request.actor, customer_id), f"customer={customer_id}")


def _card(request: StaffRequest, rows: list[ServiceRequest], query: str) -> HttpResponse:
    today = clock.today()
    shown = [
        (row, ITEMS[row.item], state_of(row), None if row.due_on >= NOTHING_DUE else row.due_on, row.due_on < today)
        for row in rows
    ]
    may = request.actor.may(permissions.SERVICE_APPLY)
    return page(request, "policies/requests/card.html", {"rows": shown, "query": query, "may_apply": may})
