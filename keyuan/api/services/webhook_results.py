"""Writing down how tries went, a batch in one transaction: deliveries, and the health of their endpoints (PLT-14)."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from keyuan.api import permissions
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.rules.retrying import Answer, Result, is_overloaded, next_try, rest_after, result_of, wish
from keyuan.api.selectors.webhooks import policy
from keyuan.api.services.webhook_announcing import stamp
from keyuan.kernel.actor import system_actor
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import Column, update
from keyuan.platform.notices import notify_staff

Status = WebhookDelivery.Status
log = structlog.get_logger(__name__)
#: Digits in a row, and addresses of mail, that a receiver's answer may repeat from somewhere: never kept.
TELLING = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\d[\d -]{5,}\d[Xx]?")
#: Names and addresses in Chinese: what an error page says of people is worth less than their peace.
CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
HIDDEN = "…"
#: Tries that the log of one delivery shows.
TRIES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of one delivery: when it began and what came back; ``attempts`` and ``tries`` as they stood before."""

    delivery_id: int
    endpoint_id: int
    attempts: int
    tries: list[dict[str, Any]]
    at: datetime
    answer: Answer

    @property
    def result(self) -> Result:
        """What the try came to."""
        return result_of(self.answer)


def settle(results: list[Tried], wall: datetime) -> None:
    """Write down a batch of tries; an endpoint that asked for no more, or failed for days, is switched off."""
    by_endpoint: dict[int, list[Tried]] = defaultdict(list)
    for tried in results:
        by_endpoint[tried.endpoint_id].append(tried)
    with transaction.atomic():
        update(WebhookDelivery, [tried.delivery_id for tried in results], _columns(results, wall))
        endpoints = WebhookEndpoint.objects.select_for_update().filter(pk__in=by_endpoint).order_by("pk")
        for endpoint in endpoints:
            _note(endpoint, by_endpoint[endpoint.pk], wall)


def without_people(text: str) -> str:
    """Return the beginning of an answer without what might speak of a person."""
    return CHINESE.sub(HIDDEN, TELLING.sub(HIDDEN, text.replace("\x00", "")))


def _columns(results: Iterable[Tried], wall: datetime) -> dict[str, Column]:
    rows = [_row(tried, wall) for tried in results]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _row(tried: Tried, wall: datetime) -> dict[str, Any]:
    answer, attempts = tried.answer, tried.attempts + 1
    again = _again(tried, wall)
    status = Status.TAKEN if tried.result is Result.TAKEN else (Status.PENDING if again else Status.FAILED)
    line = {"at": stamp(tried.at), "code": answer.code, "ms": answer.ms, "error": answer.error}
    return {
        "status": str(status),
        "next_at": again or wall,
        "claimed_by": "",
        "attempts": attempts,
        "last_at": tried.at,
        "last_code": answer.code,
        "last_ms": answer.ms,
        "last_error": answer.error,
        # What a receiver says when it takes a message helps nobody.
        "answer_head": "" if tried.result is Result.TAKEN else without_people(answer.head),
        "request_id": without_people(answer.request_id),
        "tries": json.dumps([*tried.tries, line][-TRIES_KEPT:]),
    }


def _again(tried: Tried, wall: datetime) -> datetime | None:
    if tried.result is not Result.FAILED:
        return None
    luck = random.random()  # noqa: S311 - spreads load, hides nothing
    return next_try(tried.attempts + 1, wall, luck=luck, wait=wish(tried.answer.retry_after, wall))


def _note(endpoint: WebhookEndpoint, results: list[Tried], wall: datetime) -> None:
    """Bring the health of one endpoint up to date with its tries, in the order in which they ended."""
    for tried in results:
        if tried.result is Result.TAKEN:
            endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
            endpoint.last_taken_at = wall
            continue
        endpoint.failing_since = endpoint.failing_since or wall
        if is_overloaded(tried.answer):
            endpoint.failures = min(endpoint.failures + 1, 1000)
            wait = wish(tried.answer.retry_after, wall)
            rest = rest_after(endpoint.failures, wait)
            endpoint.rests_until = wall + timedelta(seconds=rest) if rest else None
    endpoint.save(update_fields=["failures", "failing_since", "rests_until", "last_taken_at"])
    if endpoint.status == WebhookEndpoint.Status.DISABLED:
        return
    if any(tried.result is Result.GONE for tried in results):
        switch_off(endpoint, "gone")
    elif endpoint.failing_since and endpoint.failing_since <= wall - timedelta(days=policy().give_up_days):
        switch_off(endpoint, "failing")


def switch_off(endpoint: WebhookEndpoint, because: str) -> None:
    """Switch an endpoint off by itself, inside the caller's transaction, on record and with notice to whoever keeps
    webhooks; what waits for it stays."""
    before = str(endpoint.status)
    endpoint.status, endpoint.disabled_because = WebhookEndpoint.Status.DISABLED, because
    endpoint.version += 1
    endpoint.save(update_fields=["status", "disabled_because", "version"])
    subject, after = Subject("webhook", endpoint.pk), {"status": str(endpoint.status)}
    record(system_actor("webhooks"), Action.UPDATE, subject, before={"status": before}, after=after, reason=because)
    readers = people.holders_of(permissions.WEBHOOKS)
    notify_staff(readers, "webhook", f"webhook.off_{because}", {"name": endpoint.name}, url=f"/webhooks/{endpoint.pk}/")
    log.warning("webhook.off", endpoint_id=endpoint.pk, because=because)
