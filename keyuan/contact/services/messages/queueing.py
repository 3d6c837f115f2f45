"""Putting messages into the outbox, in the transaction of what causes them; each takes a permit (PLT-11, MKT-9)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Message, MessagePolicy, MessageTemplate, Permit, TemplateVersion
from keyuan.contact.rules.messages.composing import EMAIL, SMS, WECHAT, compose, is_promotion
from keyuan.contact.rules.messages.variables import check_values
from keyuan.contact.selectors.messages.providers import policy
from keyuan.contact.selectors.messages.templates import usable_version, variables_of
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.messages.filling import Known, filled, known_of
from keyuan.contact.services.messages.house import house
from keyuan.contact.services.messages.runs import kick
from keyuan.contact.services.messages.sealing import seal_values
from keyuan.contact.services.permits import Ask, Refusal, permit_many
from keyuan.customers.models import ContactPoint, CustomerSummary
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, KeyuanError, NotFound, Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, Subject, record

#: The kind of contact point that each channel needs.
POINT_OF = {SMS: ContactPoint.Kind.MOBILE, EMAIL: ContactPoint.Kind.EMAIL, WECHAT: ContactPoint.Kind.WECHAT}
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: Messages that one call queues at most.
MOST = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """One message somebody wants to send.

    ``key`` makes sending again harmless (empty: a fresh one). ``contact_point_id`` chooses the address, else the best
    one is taken. ``not_before`` sends later. ``subject`` is what it is about.
    """

    customer_id: int
    values: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    contact_point_id: int | None = None
    language: str = ""
    not_before: datetime | None = None
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Why one customer gets no message: the permit's refusal with its reasons, or what is wrong with the draft."""

    draft: Draft
    refusal: Refusal | None = None
    error: KeyuanError | None = None

    @property
    def code(self) -> str:
        """The gravest reason as a stable code."""
        return self.refusal.reason if self.refusal else (self.error.code if self.error else "")


Answer = Message | NotSent


@dataclass(slots=True)
class _Letter:
    """A draft on its way: who it goes to and what fills it."""

    draft: Draft
    key: str
    known: Known
    point: ContactPoint
    values: dict[str, str]
    segments: int


def send(*, actor: Actor, template_id: int, draft: Draft, now: datetime) -> Answer:
    """Queue one message: the row in the outbox, or why there is none. See `send_many`."""
    answer = send_many(actor=actor, template_id=template_id, drafts=[draft], now=now)[0]
    if isinstance(answer, NotSent) and answer.code == "not_found":
        raise NotFound("customer.not_found")
    return answer


def send_many(
    *, actor: Actor, template_id: int, drafts: Sequence[Draft], now: datetime, batch: str = ""
) -> list[Answer]:
    """Queue up to 500 messages of one template, answered in the order of ``drafts`` (PLT-11, MKT-9).

    What was sent under a key before is returned as it stands. Every message takes a permit; customers out of reach,
    without address or refused get none and no row. Raises NotFound for an unknown template, Refused
    ``message.no_version`` for one that nobody approved.
    """
    actor.require(permissions.SEND)
    if len(drafts) > MOST:
        raise Refused("message.too_many", most=MOST)
    template = MessageTemplate.objects.filter(pk=template_id).first()
    if template is None:
        raise NotFound("template.not_found")
    version = usable_version(template)
    if version is None:
        raise Refused("message.no_version", field="template")
    return _Round(actor, template, version, now, batch).answers(drafts)


class _Round:
    """One call of `send_many`."""

    def __init__(
        self, actor: Actor, template: MessageTemplate, version: TemplateVersion, now: datetime, batch: str
    ) -> None:
        self.actor, self.template, self.version, self.now, self.batch = actor, template, version, now, batch
        self.policy: MessagePolicy = policy()
        self.variables = variables_of(version)
        terms = purposes().get(template.purpose)
        self.promotion = bool(terms and is_promotion(terms.kind))

    def answers(self, drafts: Sequence[Draft]) -> list[Answer]:
        """Return the answer to each draft."""
        keys = [draft.key or secrets.token_hex(16) for draft in drafts]
        before = {row.key: row for row in Message.objects.filter(key__in=keys)}
        found: dict[str, Answer] = {}
        letters = []
        known = known_of((draft.customer_id for draft in drafts), self.policy, self.now.date())
        points = self._points(drafts)
        for key, draft in zip(keys, drafts, strict=True):
            if key in before:
                found[key] = self._same(before[key], draft)
                continue
            try:
                letters.append(self._letter(key, draft, known, points))
            except KeyuanError as error:
                found[key] = NotSent(draft, error=error)
        found |= self._queued({letter.key: letter for letter in letters})
        return [found[key] for key in keys]

    def _same(self, message: Message, draft: Draft) -> Message:
        if (message.customer_id, message.template_version.template_id) != (draft.customer_id, self.template.pk):
            raise Conflict("message.key_reused", field="key")
        return message

    def _points(self, drafts: Sequence[Draft]) -> dict[int, list[ContactPoint]]:
        kind = POINT_OF[self.template.channel]
        rows = ContactPoint.objects.filter(
            customer_id__in={draft.customer_id for draft in drafts}, kind=kind, invalid_at__isnull=True
        )
        found: dict[int, list[ContactPoint]] = {}
        for row in sorted(rows, key=lambda row: (not row.is_primary, row.verified_at is None, -row.pk)):
            found.setdefault(row.customer_id, []).append(row)
        return found

    def _letter(
        self, key: str, draft: Draft, known: Mapping[int, Known], points: Mapping[int, list[ContactPoint]]
    ) -> _Letter:
        person = known.get(draft.customer_id)
        if person is None:
            raise NotFound("not_found")
        given = check_values(self.variables, draft.values)
        offered = points.get(draft.customer_id, [])
        if draft.contact_point_id is not None:
            offered = [row for row in offered if row.pk == draft.contact_point_id]
        if not offered:
            raise Refused("message.no_address", field="contact_point")
        if draft.language:
            person = Known(draft.language, person.values)
        text = self.version.text_of(person.language)
        values = filled(self.version, given, person)
        composed = compose(
            self.template.channel, text, self.variables, values, house(self.policy), promotion=self.promotion
        )
        if composed.words:
            raise Refused("message.words", field="values", words="、".join(composed.words))
        segments = composed.size.segments if self.template.channel == SMS else 1
        return _Letter(draft, key, Known(text["language"], person.values), offered[0], values, segments)

    def _queued(self, letters: Mapping[str, _Letter]) -> dict[str, Answer]:
        """Take permits and write the rows, all in one transaction, in groups that leave at the same time."""
        found: dict[str, Answer] = {}
        moments = {letter.draft.not_before for letter in letters.values()}
        with transaction.atomic():
            for moment in moments:
                group = {key: letter for key, letter in letters.items() if letter.draft.not_before == moment}
                found |= self._group(group, max(moment or self.now, self.now))
            if any(isinstance(answer, Message) for answer in found.values()):
                kick(self.template.channel, self.now)
        return found

    def _group(self, letters: Mapping[str, _Letter], at: datetime) -> dict[str, Answer]:
        asks = [
            Ask(
                letter.draft.customer_id,
                self.template.channel,
                self.template.purpose,
                key=f"message:{key}"[:80],
                campaign=self.batch,
                contact_point_id=letter.point.pk,
            )
            for key, letter in letters.items()
        ]
        answers = permit_many(actor=self.actor, asks=asks, now=self.now, at=at)
        places = self._places(letters.values())
        found: dict[str, Answer] = {}
        rows: list[Message] = []
        for (key, letter), answer in zip(letters.items(), answers, strict=True):
            if isinstance(answer, Refusal):
                found[key] = NotSent(letter.draft, refusal=answer)
            else:
                rows.append(self._row(letter, answer, at, places[letter.draft.customer_id]))
        Message.objects.bulk_create(rows)
        for row in rows:
            found[row.key] = row
            detail = {"message": row.pk, "template": self.template.code, "channel": row.channel}
            subject = Subject("message", row.pk)
            record(self.actor, Action.CREATE, subject, customer_id=row.customer_id, detail=detail, now=self.now)
        return found

    def _places(self, letters: object) -> dict[int, dict[str, object]]:
        ids = [letter.draft.customer_id for letter in letters]  # type: ignore[attr-defined]  # letters
        rows = CustomerSummary.objects.filter(pk__in=ids).values_list("pk", *PLACE)
        return {pk: dict(zip(PLACE, values, strict=True)) for pk, *values in rows}

    def _row(self, letter: _Letter, permit: Permit, at: datetime, place: dict[str, object]) -> Message:
        about = letter.draft.subject
        return Message(
            key=letter.key,
            customer_id=letter.draft.customer_id,
            contact_point=letter.point,
            template_version=self.version,
            channel=self.template.channel,
            purpose=self.template.purpose,
            language=letter.known.language,
            values=seal_values(letter.values),
            segments=letter.segments,
            permit_id=permit.pk,
            batch=self.batch[:40],
            subject_kind=about.kind if about else "",
            subject_id=about.id if about else None,
            next_at=at,
            expires_at=at + timedelta(hours=self.policy.expire_hours),
            created_at=self.now,
            created_by_id=self.actor.id,
            created_by_name=self.actor.name[:80],
            **place,
        )
