"""What one does with an application: handing in, underwriting, money, issuing (POL-10)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.applications import (
    ActForm,
    ExamForm,
    IssueForm,
    MoneyForm,
    OutcomeForm,
    ReasonedForm,
    ReportForm,
    VerdictForm,
)
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Application
from keyuan.policies.selectors.applications import access_application
from keyuan.policies.selectors.applications.money import due_of
from keyuan.policies.services.applications import issuing, receiving, submitting, underwriting
from keyuan.policies.views.applications.pages import NEEDS_RIGHT, act_words, back_to, head_of

GET_OR_POST = require_http_methods(["GET", "POST"])
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its form and what carries it out; ``at_once`` needs no form page, ``proves`` a recent password."""

    form: type[forms.Form]
    run: Callable[..., object]
    at_once: bool = False
    proves: bool = False


def _exam(values: Values, **who: Any) -> object:
    version = values.pop("version")
    return underwriting.order_exam(version=version, draft=underwriting.ExamDraft(**values), **who)


def _verdict(values: Values, **who: Any) -> object:
    loading = values["loading"]
    verdict = underwriting.Verdict(
        values["conclusion"], values["reason"], int(loading * 100) if loading else 0, values["exclusion"],
        values["sum_insured"],
    )  # fmt: skip
    return underwriting.conclude(version=values["version"], verdict=verdict, **who)


def _plain(service: Callable[..., object], **fixed: Any) -> Callable[..., object]:
    def run(values: Values, **who: Any) -> object:
        return service(**values, **fixed, **who)

    return run


ACTS: dict[str, Act] = {
    "SUBMIT": Act(ActForm, _plain(submitting.submit_application), at_once=True),
    "TAKE": Act(ActForm, _plain(underwriting.take_case), at_once=True),
    "RETURN": Act(ReasonedForm, _plain(underwriting.return_case)),
    "ORDER_EXAM": Act(ExamForm, _exam),
    "EXAM_REPORT": Act(ReportForm, _plain(underwriting.receive_report)),
    "CONCLUDE": Act(VerdictForm, _verdict),
    "AGREE": Act(ActForm, _plain(underwriting.answer_offer, agrees=True, reason=""), at_once=True),
    "REFUSE_OFFER": Act(ReasonedForm, _plain(underwriting.answer_offer, agrees=False)),
    "REOPEN": Act(ReasonedForm, _plain(underwriting.reopen_case)),
    "WITHDRAW": Act(ReasonedForm, _plain(underwriting.withdraw_application)),
    "PAY": Act(MoneyForm, _plain(receiving.record_first_premium)),
    "TAKE_BACK": Act(ReasonedForm, _plain(receiving.take_back_premium), proves=True),
    "REFUND": Act(ActForm, _plain(receiving.refund_premium), at_once=True),
    "ISSUE": Act(IssueForm, _plain(issuing.issue_policy)),
}


@GET_OR_POST
@allow(permissions.VIEW)
def application_act(request: StaffRequest, application_id: int, act: str) -> HttpResponse:
    """Show the form of an act, or carry it out; each act asks for its own permission."""
    application = access_application(request.actor, application_id)
    found = ACTS.get(act)
    if found is None:
        raise NotFound("application.no_such_act")
    request.actor.require(NEEDS_RIGHT[act])
    work = confirmed(_work) if found.proves else _work
    return work(request, application, act)


def _work(request: StaffRequest, application: Application, act: str) -> HttpResponse:
    found = ACTS[act]
    form = found.form(request.POST or None, initial=_first(application))
    if request.method == "POST" and form.is_valid():
        try:
            made = found.run(form.cleaned_data, actor=request.actor, application_id=application.pk, now=clock.now())
        except Refused as error:
            if found.at_once:
                return _said(request, application, error)
            put_errors(form, error)
        else:
            toast(request, _("Done: %(act)s") % {"act": act_words(act)})
            if act == "ISSUE":
                return HttpResponseRedirect(reverse("policies:policy-detail", args=[made.pk]))  # type: ignore[attr-defined]  # a policy
            return back_to(application.pk)
    context = head_of(request, application) | {"form": form, "title": act_words(act)}
    return page(request, "policies/applications/act.html", context, status=422 if form.is_bound else 200)


def _said(request: StaffRequest, application: Application, error: Refused) -> HttpResponse:
    parts = error.errors if isinstance(error, Invalid) else [error]
    toast(request, " ".join(say(part) for part in parts), failed=True)
    return back_to(application.pk)


def _first(application: Application) -> Values:
    today = clock.today()
    return {
        "version": application.version, "paid_on": today, "amount": due_of(application), "booked_on": today,
        "report_on": today, "conclusion": "STANDARD",
    }  # fmt: skip


@GET_OR_POST
@allow(permissions.UNDERWRITE)
def doubt_verify(request: StaffRequest, application_id: int, doubt_id: int) -> HttpResponse:
    application = access_application(request.actor, application_id)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submitting.verify_doubt(
                actor=request.actor, application_id=application.pk, doubt_id=doubt_id, now=clock.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("What was found out is kept"))
            return back_to(application.pk)
    context = head_of(request, application) | {"form": form, "title": _("Verify")}
    return page(request, "policies/applications/act.html", context, status=422 if form.is_bound else 200)
