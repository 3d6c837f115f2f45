"""Letting another version of a model score the book: one person proposes, another decides (ANA-11)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from keyuan.analytics import permissions
from keyuan.analytics.models import ModelVersion, Promotion
from keyuan.analytics.services.registry.recording import KIND, folder_of
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.notices.services import notify_staff
from keyuan.platform.subjects import Subject

Status = ModelVersion.Status
OPEN = Promotion.Status.OPEN
LONGEST = 200
#: Notices go to so many deciders at most.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """What the second person says, and why."""

    approves: bool
    answer: str


def propose_promotion(*, actor: Actor, key: str, number: int, reason: str, now: datetime) -> Promotion:
    """Propose that version ``number`` scores the book; a former champion, too: that is how a promotion is undone.

    Proposed again it returns the open proposal. Raises NotFound, Refused ``model.reason``, ``model.champion``,
    ``model.artefact`` where its files are gone, ``model.open`` while another version is proposed.
    """
    require_whole_book(actor, permissions.RUN)
    version = ModelVersion.objects.filter(key=key, number=number).first()
    if version is None:
        raise NotFound
    _check(version, reason)
    with transaction.atomic():
        hold(f"model {key}")
        standing = Promotion.objects.filter(key=key, status=OPEN).select_related("version").first()
        if standing is not None:
            return _same(standing, version)
        champion = ModelVersion.objects.filter(key=key, status=Status.CHAMPION).first()
        if champion == version:
            raise Refused("model.champion")
        made = Promotion.objects.create(
            key=key, version=version, replaced=champion, reason=reason.strip()[:LONGEST], proposed_by_id=actor.id,
            proposed_by=actor.name[:40], proposed_at=now,
        )  # fmt: skip
        after = {"proposed": f"{key} {number}"}
        record(actor, Action.CREATE, Subject(KIND, version.pk), after=after, reason=made.reason, now=now)
        told = [user for user in people.holders_of(permissions.MODELS_APPROVE) if user != actor.id]
        _tell(told[:MOST_TOLD], "model.proposed", made, actor, now)
    return made


def decide_promotion(*, actor: Actor, promotion_id: int, decision: Decision, now: datetime) -> Promotion:
    """Approve or decline a proposal of somebody else; approved, the version scores the book from the next night on.

    Raises NotFound, Refused ``model.own`` for whoever proposed it and ``model.answer`` without reason, Conflict
    ``model.decided`` when it was decided meanwhile.
    """
    require_whole_book(actor, permissions.MODELS_APPROVE)
    if not decision.answer.strip():
        raise Refused("model.answer", field="answer")
    with transaction.atomic():
        found = _open(promotion_id)
        if found.proposed_by_id == actor.id:
            raise Refused("model.own")
        _close(found, actor, decision.answer, now)
        found.status = Promotion.Status.APPROVED if decision.approves else Promotion.Status.DECLINED
        found.save()
        if decision.approves:
            _swap(found.version)
        after = {"status": str(found.status), "version": str(found.version)}
        record(actor, Action.UPDATE, Subject(KIND, found.version_id), after=after, reason=found.answer, now=now)
        _tell([found.proposed_by_id] if found.proposed_by_id else [], "model.answered", found, actor, now)
    return found


def withdraw_promotion(*, actor: Actor, promotion_id: int, now: datetime) -> Promotion:
    """Take one's own open proposal back. Raises NotFound, Refused ``model.not_own``, Conflict ``model.decided``."""
    require_whole_book(actor, permissions.RUN)
    with transaction.atomic():
        found = _open(promotion_id)
        if found.proposed_by_id != actor.id:
            raise Refused("model.not_own")
        _close(found, actor, "", now)
        found.status = Promotion.Status.WITHDRAWN
        found.save()
        after = {"status": str(found.status)}
        record(actor, Action.UPDATE, Subject(KIND, found.version_id), after=after, now=now)
    return found


def require_whole_book(actor: Actor, permission: str) -> None:
    """Raise Forbidden unless the actor holds ``permission`` and reaches the whole book, which a model scores."""
    actor.require(permission)
    if not covers_all(actor):
        raise Forbidden("model.whole_book")


def _check(version: ModelVersion, reason: str) -> None:
    if not reason.strip():
        raise Refused("model.reason", field="reason")
    if version.folder and not folder_of(version).exists():
        raise Refused("model.artefact", number=version.number)


def _same(standing: Promotion, version: ModelVersion) -> Promotion:
    if standing.version_id == version.pk:
        return standing
    raise Refused("model.open", number=standing.version.number, by=standing.proposed_by)


def _open(promotion_id: int) -> Promotion:
    """Return an open proposal, locked with its model."""
    key = Promotion.objects.filter(pk=promotion_id).values_list("key", flat=True).first()
    if key is None:
        raise NotFound
    hold(f"model {key}")
    found = Promotion.objects.select_related("version").get(pk=promotion_id)
    if found.status != OPEN:
        raise Conflict("model.decided", by=found.decided_by)
    return found


def _close(found: Promotion, actor: Actor, answer: str, now: datetime) -> None:
    found.answer, found.decided_at = answer.strip()[:LONGEST], now
    found.decided_by_id, found.decided_by = actor.id, actor.name[:40]


def _swap(version: ModelVersion) -> None:
    """Let ``version`` take the champion's place; the champion retires."""
    ModelVersion.objects.filter(key=version.key, status=Status.CHAMPION).update(status=Status.RETIRED)
    version.status = Status.CHAMPION
    version.save(update_fields=["status"])


def _tell(users: list[int], code: str, promotion: Promotion, actor: Actor, now: datetime) -> None:
    params = {"model": promotion.key, "number": promotion.version.number, "by": actor.name}
    notify_staff(users, "model", code, params, url=reverse("analytics:model", args=[promotion.key]), now=now)
