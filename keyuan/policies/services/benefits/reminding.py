"""Telling payees what waits for them, by the shipped templates (POL-6, PLT-11); one message a benefit and prompt."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.contact.services.messages.queueing import Answer, Draft, NotSent, send_many
from keyuan.kernel.errors import KeyuanError
from keyuan.kernel.money import Money, format_amount
from keyuan.platform.imports.bulk import Same, update
from keyuan.platform.subjects import Subject
from keyuan.policies.models import BenefitDue
from keyuan.policies.rules.benefits.schedule import next_prompt
from keyuan.policies.selectors.benefits.templates import template_of
from keyuan.policies.services.benefits.dividends import ACTOR

#: Messages in one transaction.
CHUNK = 100


def due_prompts(night: date) -> list[BenefitDue]:
    """Return the benefits whose payee is to be told up to ``night``, the longest waiting first."""
    rows = BenefitDue.objects.filter(next_prompt_on__lte=night).select_related("product")
    return list(rows.order_by("next_prompt_on", "pk")[:CHUNK])


def remind(rows: Sequence[BenefitDue], night: date, now: datetime) -> int:
    """Queue the messages of ``rows`` and set when each is told again; return how many were told of.

    Inside the caller's transaction. What finds no way out stays on the list with its reason: people call or write.
    """
    waiting = [row for row in rows if row.state == BenefitDue.State.OPEN]
    answers = _send(waiting, now)
    columns: dict[str, Any] = {
        "next_prompt_on": [
            next_prompt(row.kind, row.due_on, night) if row.state == BenefitDue.State.OPEN else None for row in rows
        ],
        "prompts": [row.prompts + (row.pk in answers) for row in rows],
        "last_prompt_on": [night if row.pk in answers else row.last_prompt_on for row in rows],
        "message_id": [_message_of(answers.get(row.pk), row) for row in rows],
        "unsent_because": [_reason_of(answers.get(row.pk)) for row in rows],
        "updated_at": Same(now),
    }
    update(BenefitDue, [row.pk for row in rows], columns)
    return len(waiting)


Told = Answer | str


def _send(rows: Sequence[BenefitDue], now: datetime) -> dict[int, Told]:
    groups: dict[str, list[BenefitDue]] = defaultdict(list)
    for row in rows:
        groups[row.kind].append(row)
    found: dict[int, Told] = {}
    for kind, some in groups.items():
        found |= _send_kind(kind, some, now)
    return found


def _send_kind(kind: str, rows: Sequence[BenefitDue], now: datetime) -> dict[int, Told]:
    template = template_of(kind)
    if template is None:
        return {row.pk: "benefit.no_template" for row in rows}
    found: dict[int, Told] = {row.pk: "benefit.no_customer" for row in rows if row.payee_id is None}
    known = [row for row in rows if row.payee_id is not None]
    drafts = [_draft(row, template[1]) for row in known]
    try:
        # Within its own savepoint: what is refused leaves nothing of a message behind.
        with transaction.atomic():
            answers = send_many(actor=ACTOR, template_id=template[0], drafts=drafts, now=now)
    except KeyuanError as error:
        # A template that somebody withdrew must not stop the night; the reason stands on each benefit.
        return found | {row.pk: error.code for row in known}
    return found | {row.pk: answer for row, answer in zip(known, answers, strict=True)}


def _draft(row: BenefitDue, places: frozenset[str]) -> Draft:
    said = {
        "due_on": row.due_on.isoformat(),
        "product": row.product.name,
        "amount": format_amount(Money(row.payable), grouped=False),
    }
    return Draft(
        row.payee_id or 0,
        values={name: said[name] for name in said if name in places},
        key=f"benefit:{row.pk}:{row.prompts + 1}",
        subject=Subject("benefit", row.pk),
    )


def _message_of(answer: Told | None, row: BenefitDue) -> int | None:
    return row.message_id if answer is None or isinstance(answer, NotSent | str) else answer.pk


def _reason_of(answer: Told | None) -> str:
    if isinstance(answer, str):
        return answer[:60]
    return answer.code[:60] if isinstance(answer, NotSent) else ""
