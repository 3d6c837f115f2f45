"""What people do with an offer: note that the customer does not want it, take that back, make a task of it (ANA-7)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import Offer, OfferAnswer
from keyuan.analytics.rules.offers.terms import REASONS
from keyuan.analytics.selectors.offers.reading import access_answer, access_offer
from keyuan.customers.models import Task
from keyuan.customers.services.bulk import create_tasks
from keyuan.customers.services.tasks import create_task
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

KIND = "offer"


def decline_offer(
    *, actor: Actor, offer_id: int, reason: str, until: date, today: date, now: datetime, note: str = ""
) -> OfferAnswer:
    """Keep that the customer does not want an offer: its family rests through ``until``.

    Said twice alike it is kept once. Raises NotFound, Refused ``offer.reason`` and ``offer.until``, Conflict
    ``offer.paused_already`` when somebody noted another answer meanwhile.
    """
    actor.require(permissions.OFFER_WORK)
    if reason not in REASONS:
        raise Refused("offer.reason", field="reason")
    if until <= today:
        raise Refused("offer.until", field="pause")
    with transaction.atomic():
        offer = access_offer(actor, offer_id, now=now, lock=True)
        known = _standing_answer(offer.customer_id, offer.family, today)
        if known is not None:
            if (known.reason, known.until) == (reason, until):
                return known
            raise Conflict("offer.paused_already", until=known.until.isoformat())
        answer = OfferAnswer.objects.create(
            customer_id=offer.customer_id,
            family=offer.family,
            reason=reason,
            note=note.strip()[:200],
            until=until,
            made_at=now,
            made_by_id=actor.id,
            made_by_name=actor.name[:40],
        )
        _pause(offer.customer_id, offer.family, paused=True)
        after = {"family": offer.family, "reason": reason, "until": until.isoformat()}
        record(actor, Action.UPDATE, Subject(KIND, offer.pk), after=after, customer_id=offer.customer_id, now=now)
    return answer


def restore_offer(*, actor: Actor, answer_id: int, today: date, now: datetime) -> OfferAnswer:
    """Take an answer back: the family may be offered again. A second time it changes nothing. Raises NotFound."""
    actor.require(permissions.OFFER_WORK)
    with transaction.atomic():
        answer = access_answer(actor, answer_id, now=now, lock=True)
        if answer.undone_at is None:
            answer.undone_at, answer.undone_by_name = now, actor.name[:40]
            answer.save(update_fields=["undone_at", "undone_by_name"])
            if _standing_answer(answer.customer_id, answer.family, today) is None:
                _pause(answer.customer_id, answer.family, paused=False)
            before = {"family": answer.family, "until": answer.until.isoformat()}
            subject = Subject("offer_answer", answer.pk)
            record(actor, Action.UNDO, subject, before=before, customer_id=answer.customer_id, now=now)
    return answer


def _standing_answer(customer_id: int, family: str, today: date) -> OfferAnswer | None:
    rows = OfferAnswer.objects.filter(customer_id=customer_id, family=family, undone_at__isnull=True)
    return rows.filter(until__gte=today).order_by("-until").first()


def _pause(customer_id: int, family: str, *, paused: bool) -> None:
    Offer.objects.filter(customer_id=customer_id, family=family).update(is_paused=paused)


def task_of_offer(*, actor: Actor, offer_id: int, title: str, reason: str, due_at: datetime, now: datetime) -> Task:
    """Make a task of an offer for whoever serves the customer; while one is open, that one is returned.

    A task is no contact: whether the customer may be called then is asked again. Raises NotFound.
    """
    actor.require(permissions.OFFER_WORK)
    offer = access_offer(actor, offer_id, now=now)
    return create_task(
        actor=actor, customer_id=offer.customer_id, kind="FOLLOW_UP", title=title, reason=reason, due_at=due_at,
        now=now, stake=offer.premium, about=Subject(KIND, offer.pk),
    )  # fmt: skip


def tasks_of_offers(
    *, actor: Actor, offer_ids: Sequence[int], title: str, reason: str, due_at: datetime, now: datetime
) -> list[int]:
    """Make one task for each customer of ``offer_ids``, about the first of their offers; return the new ones' ids."""
    actor.require(permissions.OFFER_WORK)
    rows = Offer.objects.filter(pk__in=list(offer_ids)).order_by("-place").values_list("customer_id", "pk")
    about = {customer_id: Subject(KIND, pk) for customer_id, pk in rows}
    return create_tasks(
        actor=actor, customer_ids=list(about), title=title, reason=reason, due_at=due_at, now=now, about=about
    )
