"""A version on its way: submitted, approved by a second person, published, sent back; withdrawn and expired (SRV-6)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff
from keyuan.service import permissions
from keyuan.service.models import Article, ArticleVersion
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge.articles import access_article
from keyuan.service.services.knowledge.indexing import index, show_version
from keyuan.service.services.knowledge.writing import KIND

KEEPER = system_actor("knowledge")
CHUNK = 500


def address(article_id: int) -> str:
    """Return the address of an article's page; notices keep it."""
    return f"/service/knowledge/{article_id}/"


def _tell(actor: Actor, article: Article, code: str, users: list[int | None], now: datetime) -> None:
    readers = {user for user in users if user and user != actor.id}
    if readers:
        params = {"number": article.number, "title": article.title, "by": actor.name}
        notify_staff(readers, "task", code, params, url=address(article.pk), now=now)


def _moving(actor: Actor, article_id: int, act: str, revision: int, now: datetime) -> tuple[Article, ArticleVersion]:
    """Lock article and open version; raises Conflict where the version is not in the state that ``act`` wants."""
    article = access_article(actor, article_id, today=now.date(), lock=True)
    version = article.versions.filter(state__in=life.OPEN).first()
    wanted, target = life.MOVES[act]
    if version is None or version.state != wanted or version.revision != revision:
        raise Conflict("knowledge.moved", by=version.written_by_name if version else "")
    version.state = target
    return article, version


def _note(actor: Actor, article: Article, version: ArticleVersion, act: str, reason: str, now: datetime) -> None:
    after = {"version": version.number, "state": version.state, "act": act}
    record(actor, Action.UPDATE, Subject(KIND, article.pk), after=after, reason=reason, now=now)


def submit(*, actor: Actor, article_id: int, revision: int, now: datetime) -> ArticleVersion:
    """Hand the draft to a second person."""
    actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        article, version = _moving(actor, article_id, "submit", revision, now)
        version.submitted_at = now
        version.save(update_fields=["state", "submitted_at"])
        _note(actor, article, version, "submit", "", now)
        holders: list[int | None] = [*people.holders_of(permissions.KNOWLEDGE_APPROVE)[:20]]
        _tell(actor, article, "knowledge.waits", holders, now)
    return version


def decide(*, actor: Actor, article_id: int, revision: int, approve: bool, note: str, now: datetime) -> ArticleVersion:
    """Approve what somebody else wrote, or send it back with the reason.

    Raises Refused for one's own text and for sending back without a reason, Conflict when it moved on.
    """
    actor.require(permissions.KNOWLEDGE_APPROVE)
    if not approve and not note.strip():
        raise Refused("knowledge.reason", field="note")
    with transaction.atomic():
        act = "approve" if approve else "send_back"
        article, version = _moving(actor, article_id, act, revision, now)
        if actor.id in version.writers:
            raise Refused("knowledge.own_text")
        version.decided_by_id, version.decided_by_name, version.decided_at = actor.id, actor.name[:80], now
        version.decision_note = note.strip()[:300]
        version.save(update_fields=["state", "decided_by_id", "decided_by_name", "decided_at", "decision_note"])
        _note(actor, article, version, act, note, now)
        code = "knowledge.approved" if approve else "knowledge.sent_back"
        _tell(actor, article, code, [version.written_by_id, article.owner_id], now)
    return version


def publish(*, actor: Actor, article_id: int, revision: int, now: datetime) -> Article:
    """Let an approved version be what readers see and find; the one before is replaced.

    Who may write or approve publishes. Raises Refused for a validity that is over, Conflict when it moved on.
    """
    if not actor.may(permissions.KNOWLEDGE_APPROVE):
        actor.require(permissions.KNOWLEDGE_WRITE)
    with transaction.atomic():
        article, version = _moving(actor, article_id, "publish", revision, now)
        if version.valid_until and version.valid_until < now.date():
            raise Refused("knowledge.over", until=version.valid_until)
        article.versions.filter(state=life.PUBLISHED).update(state=life.REPLACED)
        version.published_at = now
        version.save(update_fields=["state", "published_at"])
        show_version(article, version)
        article.state, article.number_in_force = life.PUBLISHED, version.number
        article.published_at, article.updated_at = now, now
        article.useful, article.useless, article.reminded_on = 0, 0, None
        article.save()
        index(article, version)
        _note(actor, article, version, "publish", "", now)
        _tell(actor, article, "knowledge.published", [article.owner_id, version.written_by_id], now)
    return article


def withdraw(*, actor: Actor, article_id: int, reason: str, now: datetime) -> Article:
    """Take an article away from readers at once; a later version may bring it back. Raises Refused, Conflict."""
    actor.require(permissions.KNOWLEDGE_APPROVE)
    if not reason.strip():
        raise Refused("knowledge.reason", field="reason")
    with transaction.atomic():
        article = access_article(actor, article_id, today=now.date(), lock=True)
        if article.state not in (life.PUBLISHED, life.EXPIRED):
            raise Conflict("knowledge.moved", by="")
        article.versions.filter(state=life.PUBLISHED).update(state=life.WITHDRAWN)
        article.state, article.updated_at = life.WITHDRAWN, now
        article.save(update_fields=["state", "updated_at"])
        record(actor, Action.UPDATE, Subject(KIND, article.pk), after={"state": article.state}, reason=reason, now=now)
        _tell(actor, article, "knowledge.withdrawn", [article.owner_id], now)
    return article


def expire(today: date, now: datetime) -> int:
    """Mark what is no longer valid as expired; readers have not seen it since the day began. Twice is once."""
    count = 0
    while True:
        with transaction.atomic():
            rows = Article.objects.select_for_update(skip_locked=True, of=("self",))
            over = list(rows.filter(state=life.PUBLISHED, valid_until__lt=today).order_by("pk")[:CHUNK])
            for article in over:
                article.state, article.updated_at = life.EXPIRED, now
                article.save(update_fields=["state", "updated_at"])
                article.versions.filter(state=life.PUBLISHED).update(state=life.EXPIRED)
                after = {"state": article.state}
                record(KEEPER, Action.UPDATE, Subject(KIND, article.pk), after=after, now=now)
                _tell(KEEPER, article, "knowledge.expired", [article.owner_id], now)
        count += len(over)
        if len(over) < CHUNK:
            return count
