"""The steps of a request: forms, permissions, and what carries them out (POL-5)."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from keyuan.kernel.actor import Actor
from keyuan.policies import permissions
from keyuan.policies.forms.service_items.request import ConfirmForm, PassForm, ReasonForm, StepForm
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.codes import acts_from
from keyuan.policies.services.service_items import deciding
from keyuan.policies.services.service_items.entering import submit_request

APPLY, REVIEW, APPROVE = permissions.SERVICE_APPLY, permissions.SERVICE_REVIEW, permissions.SERVICE_APPROVE


@dataclass(frozen=True, slots=True)
class Act:
    """A step with its form, who may take it, and what carries it out; ``at_once`` needs no form page."""

    form: type[forms.Form]
    needs: tuple[str, ...]
    run: Callable[..., object]
    at_once: bool = False


RUNS: dict[str, Act] = {
    "SUBMIT": Act(StepForm, (APPLY,), submit_request, at_once=True),
    "TAKE": Act(StepForm, (REVIEW,), deciding.take_request, at_once=True),
    "PASS": Act(PassForm, (REVIEW,), deciding.pass_request),
    "APPROVE": Act(PassForm, (APPROVE,), deciding.approve_request),
    "CONFIRM": Act(ConfirmForm, (REVIEW,), deciding.confirm_request),
    "ASK_PAPERS": Act(ReasonForm, (APPLY,), deciding.ask_papers),
    "SEND_BACK": Act(ReasonForm, (APPROVE,), deciding.send_back),
    "GIVE_BACK": Act(StepForm, (REVIEW,), deciding.give_back, at_once=True),
    "REJECT": Act(ReasonForm, (REVIEW, APPROVE), deciding.reject_request),
    "VOID": Act(ReasonForm, (APPLY,), deciding.void_request),
}
#: Steps that only make sense before, or only after, the review was passed on.
PASSED_ONLY = {"APPROVE", "SEND_BACK"}


def possible_acts(actor: Actor, row: ServiceRequest) -> list[str]:
    """Return the steps that the request's state allows and the post may take, the next one first."""
    return [act for act in RUNS if act in acts_from(row.status) and _may(actor, row, act)]


def _may(actor: Actor, row: ServiceRequest, act: str) -> bool:
    if not any(actor.may(permission) for permission in RUNS[act].needs):
        return False
    if row.sent_at is not None:
        return act in ("CONFIRM", "REJECT") and actor.may(REVIEW)
    if row.awaits_approval:
        took_part = actor.id in (row.entered_by_id, row.reviewer_id)
        return ((act in PASSED_ONLY or act == "REJECT") and actor.may(APPROVE) and not took_part) or act == "VOID"
    if act == "PASS":
        return row.reviewer_id == actor.id
    if act == "ASK_PAPERS":
        return row.papers_asked_at is None
    return act not in PASSED_ONLY and act != "CONFIRM"
