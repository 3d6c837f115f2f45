"""Every morning: what expired, and owners reminded of what is soon to be looked at again (SRV-6)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from keyuan.platform.notices import notify_staff
from keyuan.service.models import Article
from keyuan.service.rules.knowledge import life
from keyuan.service.services.knowledge.deciding import address, expire

CHUNK = 500


def mind(today: date, now: datetime) -> dict[str, int]:
    """Expire what is over, then remind owners, once for each date. Returns how many of each."""
    expired = expire(today, now)
    reminded = 0
    while True:
        with transaction.atomic():
            rows = _due(today)
            for article in rows:
                article.reminded_on = today
                article.save(update_fields=["reminded_on"])
                if article.owner_id:
                    _remind(article, now)
        reminded += len(rows)
        if len(rows) < CHUNK:
            return {"expired": expired, "reminded": reminded}


def _due(today: date) -> list[Article]:
    soon = today + timedelta(days=life.REMIND_BEFORE)
    due = Q(review_on__lte=soon) | Q(valid_until__lte=soon, valid_until__gte=today)
    rows = Article.objects.select_for_update(skip_locked=True, of=("self",)).filter(due, state=life.PUBLISHED)
    return list(rows.filter(reminded_on__isnull=True).order_by("pk")[:CHUNK])


def _remind(article: Article, now: datetime) -> None:
    on = min(day for day in (article.review_on, article.valid_until) if day is not None)
    params = {"number": article.number, "title": article.title, "on": on.isoformat()}
    notify_staff([article.owner_id or 0], "task", "knowledge.review_due", params, url=address(article.pk), now=now)
