"""Keeping answers as they are given, one by one: nothing typed is lost (SRV-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.service.models import FollowUp, FollowUpAnswer
from keyuan.service.rules.follow_ups import questions as rules
from keyuan.service.rules.follow_ups.results import CALLABLE, LETTER
from keyuan.service.selectors.follow_ups.reading import answers_of, script_of, values_of
from keyuan.service.services.follow_ups.taking import locked


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the questions are: those without answer, and those not answered as required."""

    unanswered: list[str]
    wrong: list[str]

    @property
    def is_complete(self) -> bool:
        """Tell whether every question is answered as required."""
        return not (self.unanswered or self.wrong)


def standing_of(follow_up: FollowUp) -> Standing:
    """Return how far the questions of a follow-up are."""
    script, situation = script_of(follow_up)
    return Standing(*rules.missing(script, situation, values_of(answers_of(follow_up.pk))))


def answer(
    *, actor: Actor, follow_up_id: int, question: str, value: Sequence[str], now: datetime
) -> tuple[FollowUp, FollowUpAnswer | None, Standing]:
    """Keep the answer to one question; no value takes it back. The same again changes nothing.

    A birth date is compared with the one held and thrown away: what is kept is whether it was the same. Raises Refused
    naming the question for an answer that cannot be, Conflict where somebody else has the call or it is over.
    """
    with transaction.atomic():
        follow_up = locked(actor, follow_up_id, now)
        _require_in_hand(actor, follow_up)
        script, _situation = script_of(follow_up)
        found = next((item for item in script if item.key == question), None)
        if found is None:
            raise Refused("follow_up.question", field=question)
        kept = _compared(follow_up, found, [part.strip() for part in value if part.strip()])
        code = rules.problem_of(found, kept)
        if code:
            raise Refused(code, field=question, most=rules.LONGEST_TEXT)
        row = _keep(actor, follow_up, found, kept, now)
        return follow_up, row, standing_of(follow_up)


def _require_in_hand(actor: Actor, follow_up: FollowUp) -> None:
    if follow_up.status not in CALLABLE | {LETTER}:
        raise Conflict("follow_up.moved_on", status=follow_up.status)
    if follow_up.owner_id != actor.id:
        raise Conflict("follow_up.not_yours", by=follow_up.owner_name)


def _compared(follow_up: FollowUp, question: rules.Question, value: list[str]) -> list[str]:
    if question.kind != rules.BIRTH or not value or value[0] in (rules.DIFFERS, rules.UNKNOWN):
        return value
    try:
        told = date.fromisoformat(value[0])
    except ValueError:
        raise Refused("follow_up.birth", field=question.key) from None
    held = follow_up.customer.birth_on
    if held is None:
        return [rules.UNKNOWN]
    return [rules.MATCH if told == held else rules.DIFFERS]


def _keep(
    actor: Actor, follow_up: FollowUp, question: rules.Question, value: list[str], now: datetime
) -> FollowUpAnswer | None:
    rows = FollowUpAnswer.objects.filter(follow_up=follow_up, question=question.key)
    if not value:
        rows.delete()
        return None
    values = {
        "value": value,
        "is_as_required": rules.is_as_required(question, value),
        "answered_at": now,
        "staff_name": actor.name[:80],
    }
    row, _made = FollowUpAnswer.objects.update_or_create(follow_up=follow_up, question=question.key, defaults=values)
    return row
