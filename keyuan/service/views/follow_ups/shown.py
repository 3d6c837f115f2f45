"""How pages show a follow-up: its questions with answers, its facts, its calls (SRV-8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from keyuan.customers.forms.archive_panel import sealed_line, value_of_contact
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms import follow_up_words as words
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpLink
from keyuan.service.rules.follow_ups import questions as rules
from keyuan.service.rules.follow_ups.plans import CALLBACK, RESAMPLE
from keyuan.service.rules.follow_ups.questions import Question, Situation
from keyuan.service.rules.follow_ups.ways import BY_LINK, LAWFUL
from keyuan.service.selectors.follow_ups.hours import call_hours
from keyuan.service.selectors.follow_ups.reading import number_of, values_of
from keyuan.service.services.follow_ups.sending import SENDABLE

NEAR = 3


def questions_of(
    script: Sequence[Question],
    situation: Situation,
    answers: Mapping[str, FollowUpAnswer],
    error: Refused | None = None,
) -> list[dict[str, Any]]:
    """Return the questions that may be asked, numbered, each with its answer; skipped ones are hidden."""
    asked = [question.key for question in rules.asked(script, situation, values_of(answers))]
    every = {key: [code for question in script for code, _words in question.options] for key in asked}
    possible = rules.asked(script, situation, every)
    shown, number = [], 0
    for question in script:
        is_asked = question.key in asked
        # What only an answer hides stays in the page, so that the answer can bring it back.
        if not is_asked and question not in possible and not question.after:
            continue
        number += is_asked
        shown.append(_question(question, answers.get(question.key), number if is_asked else 0, error))
    return shown


def _question(question: Question, answer: FollowUpAnswer | None, number: int, error: Refused | None) -> dict[str, Any]:
    value = answer.value if answer else []
    options = question.options
    if question.kind == rules.SCALE:
        options = tuple((str(mark), str(mark)) for mark in range(rules.HIGHEST + 1))
    return {
        "question": question,
        "number": number,
        "value": value,
        "text": value[0] if value and question.kind == rules.TEXT else "",
        "birth": words.word(words.BIRTH_ANSWERS, value[0]) if value and question.kind == rules.BIRTH else "",
        "options": [(code, label, code in value) for code, label in options],
        "many": question.kind == rules.MULTIPLE,
        "is_answered": bool(answer),
        "is_wrong": bool(answer) and not answer.is_as_required if answer else False,
        "error": say(error) if error is not None and getattr(error, "field", "") == question.key else "",
    }


def short(row: FollowUp, today: date) -> dict[str, Any]:
    """Return a follow-up in two lines."""
    return {
        "row": row,
        "url": reverse("service:follow-up", args=[row.pk]),
        "kind": words.word(words.KINDS, row.kind),
        "state": words.state_of(row.status),
        "result": words.word(words.RESULTS, row.last_result) if row.last_result else "",
        "is_late": row.is_open and row.due_on < today,
    }


def number_line(actor: Actor, follow_up: FollowUp) -> tuple[Any, str]:
    """Return the masked number that may be called with where it is revealed, and why it must not be called."""
    point, code = number_of(follow_up)
    if point is None:
        return None, code
    line = sealed_line(actor, follow_up.customer, "", value_of_contact(point), "contact", point.pk)
    return line, code


def link_line(link: FollowUpLink) -> dict[str, Any]:
    """Return a questionnaire that was sent as its two lines: by which way, when, and what became of it."""
    reason = link.not_sent_because or link.end_reason
    return {
        "link": link,
        "way": words.word(words.WAYS, link.contact_channel),
        "state": words.link_state(link),
        "reason": words.reason_of(reason) if reason else "",
    }


def ways_offered(actor: Actor, follow_up: FollowUp) -> list[tuple[str, Any]]:
    """Return the ways by which the actor may send the questionnaire now."""
    free = follow_up.owner_id in (None, actor.id)
    if not free or not actor.may(permissions.CALLBACK) or follow_up.status not in SENDABLE:
        return []
    if follow_up.kind == RESAMPLE:
        return []
    ways = [way for way in BY_LINK if follow_up.kind != CALLBACK or way in LAWFUL]
    return [(way, words.WAYS[way]) for way in ways]


def quiet_until(now: datetime) -> datetime | None:
    """Return when quiet hours end in which nobody is called unless it was agreed; None outside of them."""
    opens = call_hours().general_from(now)
    return opens if opens > now else None


def due_tone(follow_up: FollowUp, today: date) -> str:
    """Return the tone of the last day."""
    if not follow_up.is_open:
        return ""
    left = (follow_up.due_on - today).days
    return "bad" if left < 0 else "warn" if left < NEAR else ""
