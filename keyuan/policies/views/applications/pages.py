"""One application: facts, price, suitability, declaration, underwriting, papers, history (POL-10)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers.selectors import access_customer, summaries_visible_to
from keyuan.customers.selectors.labels import RELATIONS
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import may_reveal
from keyuan.platform.files import access_attachment, attachments_of, delete_attachment, download_url, store
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.models import Application, LedgerEntry
from keyuan.policies.rules.applications.declaration import asked_of
from keyuan.policies.rules.applications.states import ENDED, acts_from
from keyuan.policies.rules.applications.suitability import needed_papers
from keyuan.policies.selectors.applications import (
    access_application,
    applications_of_customer,
    asked_about,
    beneficiaries_of,
    doubts_of,
    events_of,
    exams_of,
    notices_of,
    question_texts,
)
from keyuan.policies.selectors.applications.answered import answered_codes
from keyuan.policies.selectors.applications.labels import (
    ACTS,
    CLOCKS,
    CONCLUSIONS,
    DOUBTS,
    MISMATCHES,
    NOTICES,
    PAPERS,
    SIGNED_HOW,
    STATUSES,
)
from keyuan.policies.selectors.applications.money import (
    cannot_take_back,
    entries_of_application,
    premium_of,
    receipts_among,
)
from keyuan.policies.selectors.applications.suiting import kinds_of_files, papers_of
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.deliveries import shipments_of_application
from keyuan.policies.selectors.deliveries.labels import STATES as SHIPPING
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.services.applications.entry import CHANGEABLE
from keyuan.policies.services.applications.refunding import refundable
from keyuan.policies.services.applications.revealing import reveal_part
from keyuan.policies.services.applications.submitting import missing_for
from keyuan.policies.services.applications.underwriting import is_undecided
from keyuan.policies.services.payments import NOTHING_DUE
from keyuan.policies.views.ledger.rows import entry_row
from keyuan.products.selectors import product_names
from keyuan.products.selectors.labels import NEEDS, term_words

#: Field of what is sealed with an application.
HEALTH = "health"
#: Act of the state machine → permission that its button asks for.
NEEDS_RIGHT = {
    "SUBMIT": permissions.APPLY, "WITHDRAW": permissions.APPLY, "AGREE": permissions.APPLY,
    "REFUSE_OFFER": permissions.APPLY, "TAKE": permissions.UNDERWRITE, "RETURN": permissions.UNDERWRITE,
    "ORDER_EXAM": permissions.UNDERWRITE, "EXAM_REPORT": permissions.UNDERWRITE, "REOPEN": permissions.UNDERWRITE,
    "ISSUE": permissions.EDIT, "CONCLUDE": permissions.UNDERWRITE, "PAY": permissions.EDIT, "REFUND": permissions.EDIT,
    "TAKE_BACK": permissions.MONEY_APPROVE,
}  # fmt: skip
CONCLUDING = ("ACCEPT", "OFFER", "POSTPONE", "DECLINE")


def possible_acts(request: StaffRequest, application: Application, posted: list[LedgerEntry]) -> list[str]:
    """Return the acts that the status allows and the post may do, the next thing first."""
    acts = acts_from(application.status)
    found = [act for act in acts if act not in (*CONCLUDING, "CANCEL")]
    if "ACCEPT" in acts:
        found.insert(0, "CONCLUDE")
    if application.status not in ("DRAFT", "ISSUED", "POSTPONED", "DECLINED", "WITHDRAWN", "CANCELLED"):
        found.append("PAY")
    if refundable(application) > 0:
        found.append("REFUND")
    if cannot_take_back(application, receipts_among(posted), request.actor.id, clock.today()) is None:
        found.append("TAKE_BACK")
    return [act for act in found if request.actor.may(NEEDS_RIGHT[act])]


def head_of(request: StaffRequest, application: Application) -> dict[str, Any]:
    """Return what the page and the forms of acts show of an application."""
    now = clock.now()
    ids = {application.holder_id, application.insured_id}
    names = {
        row.pk: customer_label(request.actor, row)
        for row in summaries_visible_to(request.actor, now=now).filter(pk__in=ids)
    }
    dot, word = STATUSES[application.status]
    posted = entries_of_application(application) if application.submitted_at else []
    return {
        "application": application,
        "status": (dot, word),
        "holder": names.get(application.holder_id, ""),
        "insured": names.get(application.insured_id, ""),
        "relation": RELATIONS.get(application.relation, _("The policyholder")),
        "duty": CLOCKS.get(application.due_clock, ""),
        "due_on": None if application.due_on >= NOTHING_DUE else application.due_on,
        "is_late": application.due_on < now.date(),
        "conclusion": CONCLUSIONS.get(application.conclusion, ""),
        "acts": [(act, str(act_words(act))) for act in possible_acts(request, application, posted)],
        "entries": [entry_row(entry) for entry in posted],
        "can_edit": request.actor.may(permissions.APPLY) and application.status in CHANGEABLE,
        "full_url": reverse("policies:application-detail", args=[application.pk]),
    }


def act_words(act: str) -> Any:
    """Return an act's words on its button."""
    more = {
        "CONCLUDE": _("Conclude"), "PAY": _("Record the first premium"), "REFUND": _("Pay back through the bank"),
        "TAKE_BACK": _("Take the last premium back"),
    }  # fmt: skip
    return more.get(act) or ACTS[act]


@require_GET
@allow(permissions.VIEW)
def application_detail(request: StaffRequest, application_id: int) -> HttpResponse:
    application = access_application(request.actor, application_id)
    context = head_of(request, application)
    if request.GET.get("panel"):
        return page(request, "policies/applications/panel.html", context | _money(application))
    context |= _money(application) | _suiting(application) | _work(request, application)
    return page(request, "policies/applications/detail.html", context)


def _money(application: Application) -> dict[str, Any]:
    names = product_names([item["product_id"] for item in application.items])
    quotes = {one["product_id"]: one for one in application.quotes}
    return {
        "items": [
            {
                **item,
                "name": names.get(item["product_id"], ""),
                "quote": quotes.get(item["product_id"]),
                "total": premium_of(item),
            }
            for item in application.items
        ],
        "pay_mode": PAY_MODES.get(application.pay_mode, ""),
        "pay_term": term_words(application.pay_term),
        "cover_term": term_words(application.cover_term),
        "agent": agent_names([application.agent_id]).get(application.agent_id or 0, ""),
        "undecided": is_undecided(application),
        "refundable": refundable(application),
    }


def _suiting(application: Application) -> dict[str, Any]:
    questions = asked_of(asked_about(application.product), application.insured.sex)
    answered = answered_codes(application)
    missing = missing_for(application, clock.today()) if application.status in CHANGEABLE else []
    return {
        "purposes": [NEEDS.get(code, code) for code in application.need.get("purposes", [])],
        "mismatches": [MISMATCHES.get(code, code) for code in application.mismatches],
        "asked": len(questions),
        "answered": sum(question.code in answered for question in questions),
        "missing": [say(error) for error in missing],
        "signed_how": SIGNED_HOW.get(application.signed_how, ""),
        "beneficiaries": beneficiaries_of(application),
    }


def _doubts(application: Application) -> list[tuple[Any, Any, list[str]]]:
    """Return each doubt with its words and the questions it is about."""
    texts = question_texts(application)
    return [
        (row, DOUBTS.get(row.code, row.code), [texts.get(code, code) for code in row.questions])
        for row in doubts_of(application)
    ]


def _work(request: StaffRequest, application: Application) -> dict[str, Any]:
    subject = Subject("application", application.pk)
    needed = needed_papers(papers_of(application), kinds_of_files(application))
    return {
        "doubts": _doubts(application),
        "exams": exams_of(application),
        "notices": [(row, NOTICES.get(row.kind, row.kind)) for row in notices_of(application)],
        "events": [
            (row, ACTS.get(row.act, row.act), CONCLUSIONS.get(row.note, row.note))
            for row in events_of(application)[:60]
        ],
        "papers": [(PAPERS[paper.code], paper.is_there) for paper in needed],
        "files": [
            (row, PAPERS.get(row.kind, PAPERS["other"]), download_url(request.actor, row.pk))
            for row in attachments_of(request.actor, subject)[:60]
        ],
        "kinds": PAPERS.items(),
        "may_file": request.actor.may(permissions.APPLY) or request.actor.may(permissions.UNDERWRITE),
        "shipments": [(row, SHIPPING[row.state]) for row in shipments_of_application(application.pk)],
        "may_ship": request.actor.may(permissions.DELIVER) and application.status not in ENDED,
        "can_underwrite": request.actor.may(permissions.UNDERWRITE),
        "may_open": may_reveal(request.actor, HEALTH),
        "policy_no": policy_number(request.actor, application.policy) if application.policy else "",
    }


@require_POST
@allow(permissions.VIEW)
def application_reveal(request: StaffRequest, application_id: int, part: str) -> HttpResponse:
    """Open one sealed part for a moment, with a reason."""
    row = request.GET.get("row", "")
    try:
        value = reveal_part(
            actor=request.actor, application_id=application_id, part=part, reason=request.POST.get("reason", ""),
            row_id=int(row) if row.isdecimal() and len(row) < 19 else 0, now=clock.now(),
        )  # fmt: skip
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})


@require_POST
@allow(permissions.APPLY)
def file_add(request: StaffRequest, application_id: int) -> HttpResponse:
    """Keep a file with the application."""
    application = access_application(request.actor, application_id)
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        store(
            actor=request.actor, subject=Subject("application", application.pk), name=upload.name or "", file=upload,
            now=clock.now(), kind=kind if kind in PAPERS else "other", customer_id=application.holder_id,
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The file was kept"))
    return back_to(application.pk)


@require_POST
@allow(permissions.APPLY)
def file_remove(request: StaffRequest, application_id: int, file_id: int) -> HttpResponse:
    """Delete a file while the application was not handed in."""
    application = access_application(request.actor, application_id)
    attachment = access_attachment(request.actor, file_id)
    if (attachment.subject_kind, attachment.subject_id) != ("application", application.pk):
        raise NotFound
    if application.status not in CHANGEABLE:
        toast(request, say(Refused("application.handed_in")), failed=True)
    else:
        reason = request.POST.get("reason", "")
        delete_attachment(
            actor=request.actor,
            attachment_id=file_id,
            reason=reason,
            now=clock.now(),
            customer_id=application.holder_id,
        )
        toast(request, _("The file was deleted"))
    return back_to(application.pk)


def back_to(application_id: int) -> HttpResponse:
    """Return to the application's page."""
    return HttpResponseRedirect(reverse("policies:application-detail", args=[application_id]))


@require_GET
@allow(permissions.VIEW)
def customer_applications(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The card on the customer's page."""
    access_customer(request.actor, customer_id, now=clock.now())
    rows = [(row, STATUSES[row.status]) for row in applications_of_customer(request.actor, customer_id)]
    context = {"rows": rows, "customer_id": customer_id, "can_apply": request.actor.may(permissions.APPLY)}
    return page(request, "policies/applications/card.html", context)
