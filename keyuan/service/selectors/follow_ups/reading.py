"""Reads of call-backs and follow-ups; all start from `follow_ups_visible_to`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.customers.models import ContactPoint, CustomerSummary
from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.service import permissions
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall
from keyuan.service.rules.follow_ups.questions import Question, Situation, asked, read

POINT_KINDS = (ContactPoint.Kind.MOBILE, ContactPoint.Kind.LANDLINE)


def open_sources(actor: Actor, *, now: datetime) -> list[QuerySet[FollowUp]]:
    """Return what is open as the queue reads it: in scope, then of customers lent to the post."""
    return [rows.filter(is_open=True) for rows in lent_rows(FollowUp.objects.all(), actor, now=now)]


def all_sources(actor: Actor, *, now: datetime) -> list[QuerySet[FollowUp]]:
    """Return every call-back and follow-up there has been, as the archive reads them."""
    return lent_rows(FollowUp.objects.all(), actor, now=now)


def follow_ups_visible_to(actor: Actor, *, now: datetime) -> QuerySet[FollowUp]:
    """Every follow-up the actor may open: in scope, of a customer the actor sees, or their own. For bounded sets."""
    if not actor.may(permissions.FOLLOW_UPS):
        return FollowUp.objects.none()
    within = in_scope(actor)
    if not within:
        return FollowUp.objects.all()
    own = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=())
    return FollowUp.objects.filter(within | own | customer_q(actor, now=now, prefix="customer__"))


def access_follow_up(actor: Actor, follow_up_id: int, *, now: datetime, lock: bool = False) -> FollowUp:
    """Return one follow-up in reach, row-locked when it is about to change. Raises NotFound."""
    rows = follow_ups_visible_to(actor, now=now).filter(pk=follow_up_id)
    related = ("questionnaire__questionnaire", "plan", "customer", "policy__product", "order", "desk")
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related(*related)
    found = rows.first()
    if found is None:
        raise NotFound("follow_up.not_found")
    return found


def calls_of(follow_up_id: int) -> list[FollowUpCall]:
    """Return the attempts, newest first; the caller has accessed the follow-up."""
    return list(FollowUpCall.objects.filter(follow_up_id=follow_up_id).order_by("-pk"))


def answers_of(follow_up_id: int) -> dict[str, FollowUpAnswer]:
    """Return the answers by the key of their question; the caller has accessed the follow-up."""
    return {row.question: row for row in FollowUpAnswer.objects.filter(follow_up_id=follow_up_id)}


def values_of(answers: Mapping[str, FollowUpAnswer]) -> dict[str, list[str]]:
    """Return the answers as the rules read them."""
    return {key: row.value for key, row in answers.items()}


def script_of(follow_up: FollowUp) -> tuple[tuple[Question, ...], Situation]:
    """Return the questions of its questionnaire, and what decides which of them are asked."""
    situation = Situation(follow_up.design, follow_up.is_regular, follow_up.is_simplified)
    return read(follow_up.questionnaire.content), situation


def question_at_hand(follow_up: FollowUp, key: str) -> str:
    """Return the words of the question ``key``, else of the first that is asked and open; empty where all are answered.

    The caller has accessed the follow-up.
    """
    script, situation = script_of(follow_up)
    answers = answers_of(follow_up.pk)
    questions = asked(script, situation, values_of(answers))
    named = [question.text for question in questions if question.key == key]
    return next(iter([*named, *(question.text for question in questions if question.key not in answers)]), "")


def number_of(follow_up: FollowUp) -> tuple[ContactPoint | None, str]:
    """Return the number that may be called, and the code of what forbids calling.

    Only the number held when the contract was concluded, unless policy service changed it since (domain.md §A.4): a
    main number that came from elsewhere is not called.
    """
    held = _point(follow_up, follow_up.contact_point_id)
    main_id = CustomerSummary.objects.filter(pk=follow_up.customer_id).values_list("primary_phone_id", flat=True)
    main = _point(follow_up, main_id.first())
    if main is not None and main.value_index != follow_up.number_index and main.source == ContactPoint.Source.POLICY:
        return main, ""
    if held is None or held.value_index != follow_up.number_index:
        return None, "follow_up.number_changed" if main is not None else "follow_up.no_number"
    if follow_up.last_result == "WRONG_NUMBER":
        return held, "follow_up.wrong_number"
    return held, ""


def _point(follow_up: FollowUp, point_id: int | None) -> ContactPoint | None:
    rows = ContactPoint.objects.filter(pk=point_id or 0, customer_id=follow_up.customer_id, invalid_at__isnull=True)
    return rows.filter(kind__in=POINT_KINDS).first()


def of_policy(policy_id: int) -> list[FollowUp]:
    """Return what there is about a contract, newest first; the caller has accessed it."""
    rows = FollowUp.objects.filter(policy_id=policy_id).select_related("plan", "order")
    return list(rows.order_by("-start_on", "-pk")[:50])


def of_customer(customer_id: int, limit: int) -> list[FollowUp]:
    """Return what there is about a customer, newest first; the caller has accessed them."""
    rows = FollowUp.objects.filter(customer_id=customer_id).select_related("plan", "order")
    return list(rows.order_by("-start_on", "-pk")[:limit])


def own_open(actor: Actor) -> int:
    """Return how many the actor has in hand."""
    return FollowUp.objects.filter(is_open=True, owner_id=actor.id).count() if actor.id else 0


def labels(actor: Actor, ids: list[int], *, now: datetime) -> dict[int, Any]:
    """Return the plans of those in reach, for naming them."""
    rows = follow_ups_visible_to(actor, now=now).filter(pk__in=ids).select_related("plan")
    return {row.pk: str(row.plan) for row in rows}
