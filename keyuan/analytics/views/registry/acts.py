"""Acts on models: proposing, deciding, taking back, naming the owner and the alarm (ANA-11)."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.registry import words
from keyuan.analytics.forms.registry.asking import CardForm, DecideForm, ProposeForm
from keyuan.analytics.selectors.registry.overview import promotion_of
from keyuan.analytics.selectors.registry.versions import card_of, version_of
from keyuan.analytics.services.registry.carding import save_card
from keyuan.analytics.services.registry.promoting import (
    Decision,
    decide_promotion,
    propose_promotion,
    require_whole_book,
    withdraw_promotion,
)
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def _asked(request: StaffRequest, form: forms.Form, key: str, **context: Any) -> HttpResponse:
    """Show a form about model ``key``; with status 422 when something in it is wrong."""
    shown = {"form": form, "word": words.model_name(key), "cancel_url": _address(key), **context}
    return page(request, "analytics/registry/ask.html", shown, status=422 if form.errors else 200)


def _address(key: str) -> str:
    return reverse("analytics:model", args=[key])


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def propose(request: StaffRequest, model_key: str, version_number: int) -> HttpResponse:
    """Propose that a version scores the book."""
    require_whole_book(request.actor, permissions.RUN)
    found = version_of(request.actor, model_key, version_number)
    form = ProposeForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        propose_promotion(actor=request.actor, key=found.key, number=version_number, reason=reason, now=clock.now())

    if request.method == "POST" and accepted(form, act):
        toast(request, _("Proposed: another person decides"))
        return HttpResponseRedirect(_address(found.key))
    title = _("Propose version %(number)d") % {"number": version_number}
    return _asked(request, form, found.key, title=title, version=found, figures=words.figures(found.metrics))


@require_http_methods(["GET", "POST"])
@allow(permissions.MODELS_APPROVE)
def decide(request: StaffRequest, promotion_id: int) -> HttpResponse:
    """Decide on somebody else's proposal."""
    require_whole_book(request.actor, permissions.MODELS_APPROVE)
    found = promotion_of(promotion_id)
    form = DecideForm(request.POST or None)

    def act() -> None:
        decision = Decision(form.cleaned_data["approves"] == "1", form.cleaned_data["answer"])
        decide_promotion(actor=request.actor, promotion_id=promotion_id, decision=decision, now=clock.now())

    if request.method == "POST" and accepted(form, act):
        toast(request, pgettext("model", "The decision was recorded"))
        return HttpResponseRedirect(_address(found.key))
    title = _("Decide on version %(number)d") % {"number": found.version.number}
    figures = words.figures(found.version.metrics)
    return _asked(request, form, found.key, title=title, promotion=found, version=found.version, figures=figures)


@require_POST
@allow(permissions.RUN)
def withdraw(request: StaffRequest, promotion_id: int) -> HttpResponse:
    """Take one's own proposal back."""
    found = promotion_of(promotion_id)
    try:
        withdraw_promotion(actor=request.actor, promotion_id=promotion_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The proposal was taken back"))
    return HttpResponseRedirect(_address(found.key))


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def card(request: StaffRequest, model_key: str) -> HttpResponse:
    """Name owner and alarm of a model."""
    require_whole_book(request.actor, permissions.RUN)
    version_of(request.actor, model_key, 1)
    form = CardForm(request.POST or None, card=card_of(model_key))

    def act() -> None:
        data = form.cleaned_data
        save_card(
            actor=request.actor, key=model_key, owner_id=data["owner"], alarm=form.alarm_thousandths,
            version=data["version"], reason=data["reason"], now=clock.now(),
        )  # fmt: skip

    if request.method == "POST" and accepted(form, act):
        toast(request, _("Owner and alarm were saved"))
        return HttpResponseRedirect(_address(model_key))
    return _asked(request, form, model_key, title=_("Owner and alarm"))
