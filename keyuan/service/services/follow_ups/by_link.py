"""What the holder of a link does on its page: opens it, proves who they are, answers once (SRV-8; domain.md §A.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core import signing
from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpLink
from keyuan.service.rules.follow_ups import questions as rules
from keyuan.service.rules.follow_ups.questions import Question
from keyuan.service.rules.follow_ups.results import ANSWERABLE, SUCCESS, TROUBLE
from keyuan.service.rules.follow_ups.ways import MOST_TRIES
from keyuan.service.selectors.follow_ups.links import link_by_token
from keyuan.service.selectors.follow_ups.reading import script_of
from keyuan.service.services.follow_ups.calling import Attempt, bring_about
from keyuan.service.services.follow_ups.histories import note_change, tell_timeline
from keyuan.service.services.follow_ups.sending import give_up

CUSTOMER = system_actor("questionnaire page")
#: A robot that opens a link again and again does not run the number over.
MOST_OPENS = 10_000
#: Seconds for which a date of birth that was right opens the questions.
PROVED = 4 * 3600
SALT = "keyuan.follow-up.proof"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows: the questions of the version asked, unless it was answered or the matter is over."""

    link: FollowUpLink
    questions: tuple[Question, ...]
    asks_birth: bool
    is_answered: bool
    is_over: bool


@dataclass(slots=True)
class Unfinished(Exception):
    """What keeps an answer from being taken, by question: the codes of what is wrong."""

    codes: dict[str, str] = field(default_factory=dict)


def sheet_of(link: FollowUpLink) -> Sheet:
    """Return what a link shows."""
    script, situation = script_of(link.follow_up)
    # Every answer counts as given: questions that hang on another one are hidden by the page, not left out.
    every = {one.key: [code for code, _words in one.options] for one in script}
    possible = rules.asked(script, situation, every)
    answered = link.answered_at is not None
    return Sheet(
        link,
        tuple(one for one in possible if one.kind != rules.BIRTH),
        any(one.kind == rules.BIRTH for one in possible),
        answered,
        not answered and link.follow_up.status not in ANSWERABLE,
    )


def open_link(*, token: str, now: datetime) -> Sheet:
    """Keep that a link was opened and return what it shows. Raises NotFound for one that is over."""
    link = link_by_token(token, now)
    rows = FollowUpLink.objects.filter(pk=link.pk)
    if link.opened_at is None and rows.filter(opened_at__isnull=True).update(opened_at=now):
        FollowUp.objects.filter(pk=link.follow_up_id).update(read_way=link.contact_channel)
    if link.opens < MOST_OPENS:
        rows.update(opens=F("opens") + 1)
    return sheet_of(link)


def prove(*, token: str, birth: str, now: datetime) -> str:
    """Compare a date of birth with the one on record; return the proof that opens the questions for some hours.

    The date is thrown away. Three wrong ones end the link, and somebody calls. Raises Refused, NotFound.
    """
    try:
        told = date.fromisoformat(birth)
    except ValueError:
        raise Refused("follow_up.birth", field="birth") from None
    with transaction.atomic():
        link = link_by_token(token, now, lock=True)
        right = told == link.follow_up.customer.birth_on
        if not right:
            link.tries += 1
            FollowUpLink.objects.filter(pk=link.pk).update(tries=link.tries)
            if link.tries >= MOST_TRIES:
                give_up(link, "birth", now=now)
    if not right:
        raise Refused("follow_up.birth_wrong", field="birth")
    return signing.dumps(link.pk, salt=SALT)


def is_proved(link: FollowUpLink, proof: str) -> bool:
    """Tell whether the holder of a link has shown who they are, not long ago."""
    try:
        return bool(signing.loads(proof, salt=SALT, max_age=PROVED) == link.pk)
    except signing.BadSignature:
        return False


def submit(*, token: str, proof: str, values: Mapping[str, Sequence[str]], now: datetime) -> Sheet:
    """Take the answers, once and whole: everything as required is a success, anything else opens a work order.

    Whoever comes second, with this link or another one or while somebody calls, changes nothing and reads that it was
    answered. Raises Unfinished naming the questions, Refused without the proof, NotFound for a link that is over.
    """
    with transaction.atomic():
        follow_up = _locked(token, now)
        link = link_by_token(token, now, lock=True)
        sheet = sheet_of(link)
        if sheet.is_answered or sheet.is_over:
            return sheet
        if sheet.asks_birth and not is_proved(link, proof):
            raise Refused("follow_up.birth", field="birth")
        given = _read(follow_up, values)
        _keep(follow_up, given, now)
        _bring_about(follow_up, link, given, now)
    return sheet_of(link_by_token(token, now))


def _locked(token: str, now: datetime) -> FollowUp:
    """Lock the follow-up before its link, in the order of everybody else."""
    rows = FollowUp.objects.select_for_update(of=("self",)).filter(pk=link_by_token(token, now).follow_up_id)
    return rows.select_related("questionnaire", "plan", "customer").get()


def _read(follow_up: FollowUp, values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the answers to the questions that are asked after each other. Raises Unfinished."""
    script, situation = script_of(follow_up)
    birth = {one.key: [rules.MATCH] for one in script if one.kind == rules.BIRTH}
    sent = birth | {
        one.key: [part.strip() for part in values.get(one.key, ()) if part.strip()]
        for one in script
        if one.kind != rules.BIRTH
    }
    asked = rules.asked(script, situation, sent)
    wrong = {one.key: code for one in asked if (code := _fault(one, sent[one.key]))}
    if wrong:
        raise Unfinished(wrong)
    return {one.key: sent[one.key] for one in asked if sent[one.key]}


def _fault(question: Question, value: Sequence[str]) -> str:
    if not value:
        return "follow_up.required" if question.required else ""
    return rules.problem_of(question, value)


def _keep(follow_up: FollowUp, given: Mapping[str, list[str]], now: datetime) -> None:
    """Replace what a caller may have written down already: the customer's own answers count."""
    script = {one.key: one for one in script_of(follow_up)[0]}
    FollowUpAnswer.objects.filter(follow_up=follow_up).delete()
    FollowUpAnswer.objects.bulk_create(
        FollowUpAnswer(
            follow_up=follow_up, question=key, value=value, answered_at=now,
            is_as_required=rules.is_as_required(script[key], value),
        )
        for key, value in given.items()
    )  # fmt: skip


def _bring_about(follow_up: FollowUp, link: FollowUpLink, given: Mapping[str, list[str]], now: datetime) -> None:
    script, situation = script_of(follow_up)
    unanswered, wrong = rules.missing(script, situation, given)
    result = TROUBLE if unanswered or wrong else SUCCESS
    link.answered_at = now
    link.save(update_fields=["answered_at"])
    note_change(CUSTOMER, follow_up, {}, {"answered_by": link.contact_channel, "link": link.pk}, now)
    tell_timeline(
        CUSTOMER, follow_up, kind=link.contact_channel, direction="IN", result=result, note="", seconds=None, now=now
    )
    bring_about(CUSTOMER, follow_up, Attempt(result, way=link.contact_channel), now)
