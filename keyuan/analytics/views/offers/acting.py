"""Offers on the customer's page: what to propose next, why, whether now; tasks and answers (ANA-7)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.offers import words
from keyuan.analytics.forms.offers.declining import DeclineForm
from keyuan.analytics.models import Offer, OfferAnswer
from keyuan.analytics.rules.offers.terms import WHOLE
from keyuan.analytics.selectors.gap import reads_money
from keyuan.analytics.selectors.objections import objects
from keyuan.analytics.selectors.offers.approach import Approach, approaches_of
from keyuan.analytics.selectors.offers.reading import access_offer, answers_of, offers_of
from keyuan.analytics.services.offers.answering import decline_offer, restore_offer, task_of_offer
from keyuan.contact.selectors.labels import channel_name
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened, panel_context
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock, formats
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies import permissions as policy_permissions

PANEL = ("offers",)
TASK_DAYS = 7


@require_GET
@allow(permissions.OFFERS)
def customer_offers(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel: at most three offers with their reasons, whether the customer may be approached now, and answers."""
    customer = opened(request, customer_id)
    actor, today = request.actor, clock.today()
    objecting = objects(customer.pk)
    offers = [] if objecting else offers_of(customer.pk)
    answers = answers_of(customer.pk)
    resting = {answer.family: answer for answer in answers if not answer.undone_at and answer.until >= today}
    context = {
        "objecting": objecting,
        "approach": approach_shown(approaches_of([customer.pk], at=clock.now()).get(customer.pk)) if offers else None,
        "offers": [offer_shown(actor, offer) for offer in offers if offer.family not in resting],
        "resting": [answer_shown(answer) for answer in resting.values()],
        "history": [answer_shown(answer) for answer in answers],
        "written_on": offers[0].written_on if offers else None,
        "may_work": actor.may(permissions.OFFER_WORK),
        "may_propose": actor.may(policy_permissions.APPLY),
    }
    return page(request, "analytics/offers/panel.html", panel_context(request, customer_id, **context))


def approach_shown(approach: Approach | None) -> dict[str, Any] | None:
    """Return in words by which channels the customer may be approached, or why not and from when on."""
    if approach is None:
        return None
    return {
        "ways": [channel_name(way) for way in approach.ways],
        "block": words.block_word(approach.block) if approach.block else "",
        "until": approach.until,
    }


def offer_shown(actor: Actor, offer: Offer) -> dict[str, Any]:
    """Return an offer in words: what, how likely against the average, why."""
    return {
        "offer": offer,
        "family": words.family_word(offer.family),
        "reasons": reasons_shown(actor, offer),
        "times": round(offer.probability / offer.average, 1) if offer.average and offer.probability else None,
        "share": round(offer.probability * 100 / WHOLE, 1),
        "url": proposal_url(offer),
    }


def reasons_shown(actor: Actor, offer: Offer) -> list[str]:
    """Return the reasons in words, an open gap first; its amount only for those who read such amounts."""
    found = [text for text in map(words.reason_word, offer.reasons) if text]
    if not offer.gap:
        return found
    if not reads_money(actor):
        return [_("closes a gap that was worked out with the customer"), *found]
    gap = formats.money(offer.gap, decimals=False)
    return [_("closes a gap of %(amount)s yuan that was worked out with the customer") % {"amount": gap}, *found]


def proposal_url(offer: Offer) -> str:
    """Return the form of a proposal with product, customer and, for an open gap, the sum filled in."""
    wanted = {"product": offer.product_id, "customer": offer.customer_id} | ({"sum": offer.gap} if offer.gap else {})
    return f"{reverse('policies:proposal-create')}?{urlencode(wanted)}"


def answer_shown(answer: OfferAnswer) -> dict[str, Any]:
    """Return an answer in words."""
    return {
        "answer": answer,
        "family": words.family_word(answer.family),
        "reason": words.REFUSALS.get(answer.reason, answer.reason),
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.OFFER_WORK)
def offer_decline(request: StaffRequest, offer_id: int) -> HttpResponse:
    """Note that the customer does not want it: why, and until when it is not offered again."""
    now = clock.now()
    offer = access_offer(request.actor, offer_id, now=now)
    form = DeclineForm(request.POST or None, today=clock.today())
    customer = opened(request, offer.customer_id)
    if request.method == "POST" and form.is_valid():
        try:
            answer = decline_offer(
                actor=request.actor, offer_id=offer.pk, reason=form.cleaned_data["reason"], until=form.until(),
                today=clock.today(), now=now, note=form.cleaned_data["note"],
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            said = _("Not offered again until %(day)s") % {"day": formats.day(answer.until)}
            return changed(request, customer.pk, PANEL, said, undo=reverse("analytics:offer-restore", args=[answer.pk]))
    title = _("Not interested: %(family)s") % {"family": words.family_word(offer.family)}
    return ask(request, customer, form, title=title, verb=_("Keep the answer"))


@require_POST
@allow(permissions.OFFER_WORK)
def offer_restore(request: StaffRequest, offer_answer_id: int) -> HttpResponse:
    """Take an answer back."""
    answer = restore_offer(actor=request.actor, answer_id=offer_answer_id, today=clock.today(), now=clock.now())
    return changed(request, answer.customer_id, PANEL, _("It may be offered again"))


@require_POST
@allow(permissions.OFFER_WORK)
def offer_task(request: StaffRequest, offer_id: int) -> HttpResponse:
    """Make a task of an offer; pressed twice it is one."""
    now = clock.now()
    offer = access_offer(request.actor, offer_id, now=now)
    task = task_of_offer(
        actor=request.actor, offer_id=offer.pk, title=task_title(offer.family),
        reason="；".join(reasons_shown(request.actor, offer)), due_at=now + timedelta(days=TASK_DAYS), now=now,
    )  # fmt: skip
    said = _("A task stands for it, due on %(day)s") % {"day": formats.day(localdate(task.due_at))}
    return changed(request, offer.customer_id, (*PANEL, "next_steps"), said)


def task_title(family: str) -> str:
    """Return what such a task is called."""
    return _("Talk %(family)s over with the customer") % {"family": words.family_word(family)}


def accepted_title(family: str) -> str:
    """Return what a task is called whose customer wants the offer."""
    return _("The customer wants %(family)s: prepare the proposal") % {"family": words.family_word(family)}
