"""Writing templates, and letting a second person approve them (PLT-11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from keyuan.contact import permissions
from keyuan.contact.models import MessageTemplate, TemplateVersion
from keyuan.contact.rules.messages.composing import CHANNELS, LANGUAGES, LONGEST_SUBJECT, check_texts
from keyuan.contact.rules.messages.variables import read_variables
from keyuan.contact.selectors.messages.templates import access_template, open_version
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.messages.house import house
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff

Status = TemplateVersion.Status
#: Characters of a code that people can type.
CODE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class TemplateContents:
    """What a template says: ``texts`` by language with subject and body, ``variables`` as declared."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variables: Sequence[Mapping[str, Any]] = ()


def create_template(
    *,
    actor: Actor,
    code: str,
    name: str,
    channel: str,
    purpose: str,
    contents: TemplateContents,
    now: datetime,
    note: str = "",
) -> MessageTemplate:
    """Begin a template with a first version that can still be changed.

    Raises Refused ``template.code``, ``template.code_taken``, ``template.purpose``, or what is wrong with the places.
    """
    actor.require(permissions.TEMPLATES)
    if not code or len(code) > 40 or not set(code) <= CODE:
        raise Refused("template.code", field="code")
    _check_way(channel, purpose)
    texts, variables = _stored(contents)
    try:
        with transaction.atomic():
            template = MessageTemplate.objects.create(
                code=code,
                name=name.strip(),
                channel=channel,
                purpose=purpose,
                note=note.strip(),
                created_at=now,
                created_by_id=actor.id,
                created_by_name=actor.name[:80],
            )
            _write(actor, template, 1, texts, variables, now)
            _note(actor, template, Action.CREATE, {"code": code, "channel": channel, "purpose": purpose}, now)
    except IntegrityError:
        raise Refused("template.code_taken", field="code", code=code) from None
    return template


def _check_way(channel: str, purpose: str) -> None:
    terms = purposes().get(purpose)
    if channel not in CHANNELS:
        raise Refused("template.channel", field="channel")
    if terms is None or not terms.is_active or channel not in terms.channels:
        raise Refused("template.purpose", field="purpose")


def _stored(contents: TemplateContents) -> tuple[dict[str, Any], list[dict[str, str]]]:
    variables = [variable.to_json() for variable in read_variables(contents.variables)]
    texts = {}
    for language in LANGUAGES:
        text = contents.texts.get(language) or {}
        subject, body = str(text.get("subject", "")).strip(), str(text.get("body", "")).replace("\r\n", "\n").strip()
        if len(subject) > LONGEST_SUBJECT:
            raise Refused("template.subject_long", field=f"subject_{language}", most=LONGEST_SUBJECT)
        if subject or body:
            texts[language] = {"subject": subject, "body": body}
    return texts, variables


def _write(
    actor: Actor, template: MessageTemplate, number: int, texts: Any, variables: Any, now: datetime
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        texts=texts,
        variables=variables,
        written_by_id=actor.id,
        written_by_name=actor.name[:80],
        written_at=now,
    )


def edit_template(
    *, actor: Actor, template_id: int, name: str, note: str, contents: TemplateContents, version: int, now: datetime
) -> TemplateVersion:
    """Change the version being written, or begin the next one; what was approved stays as it is.

    ``version`` is the template's, for the conflict of two writers. One that waits for approval goes back to its writer.
    """
    actor.require(permissions.TEMPLATES)
    texts, variables = _stored(contents)
    with transaction.atomic():
        template = _locked(actor, template_id, version)
        draft = open_version(template.pk)
        if draft is None:
            number = (template.versions.aggregate(top=Max("number"))["top"] or 0) + 1
            draft = _write(actor, template, number, texts, variables, now)
        else:
            draft.texts, draft.variables, draft.status = texts, variables, Status.DRAFT
            draft.written_by_id, draft.written_by_name, draft.written_at = actor.id, actor.name[:80], now
            draft.submitted_at, draft.version = None, draft.version + 1
            draft.save()
        template.name, template.note = name.strip(), note.strip()
        _moved(template)
        _note(actor, template, Action.UPDATE, {"version": draft.number}, now)
    return draft


def _locked(actor: Actor, template_id: int, version: int) -> MessageTemplate:
    template = access_template(actor, template_id, lock=True)
    if template.version != version:
        raise Conflict("template.moved_on")
    return template


def _moved(template: MessageTemplate) -> None:
    template.version += 1
    template.save(update_fields=["name", "note", "is_retired", "version"])


def submit_template(*, actor: Actor, template_id: int, version: int, now: datetime) -> TemplateVersion:
    """Ask a second person to approve the version being written.

    Raises Invalid with everything that keeps it from being approved: no text, an undeclared place, a prohibited word.
    """
    actor.require(permissions.TEMPLATES)
    with transaction.atomic():
        template = _locked(actor, template_id, version)
        draft = open_version(template.pk)
        if draft is None or draft.status != Status.DRAFT:
            raise Conflict("template.no_draft")
        _check_way(template.channel, template.purpose)
        wrong = check_texts(template.channel, draft.texts, read_variables(draft.variables), house())
        if wrong:
            raise Invalid(wrong)
        draft.status, draft.submitted_at = Status.WAITING, now
        draft.save(update_fields=["status", "submitted_at"])
        _moved(template)
        _note(actor, template, Action.UPDATE, {"version": draft.number, "status": str(draft.status)}, now)
        readers = [user for user in people.holders_of(permissions.APPROVE) if user != actor.id]
        params = {"name": template.name}
        notify_staff(readers, "task", "template.waits", params, url=f"/contact/templates/{template.pk}/", now=now)
    return draft


def decide_template(
    *, actor: Actor, template_id: int, version: int, approve: bool, note: str, now: datetime
) -> TemplateVersion:
    """Approve or refuse the version that waits; never one's own (four eyes). Refusing needs a reason.

    An approved version is used from now on; the one before it is out of use, messages in the outbox keep theirs.
    """
    actor.require(permissions.APPROVE)
    with transaction.atomic():
        template = _locked(actor, template_id, version)
        draft = open_version(template.pk)
        if draft is None or draft.status != Status.WAITING:
            raise Conflict("template.not_waiting")
        if actor.id is not None and draft.written_by_id == actor.id:
            raise Refused("template.own")
        if not approve and not note.strip():
            raise Refused("template.reason", field="note")
        if approve:
            wrong = check_texts(template.channel, draft.texts, read_variables(draft.variables), house())
            if wrong:
                raise Invalid(wrong)
            template.versions.filter(status=Status.APPROVED).update(status=Status.RETIRED)
        draft.status = Status.APPROVED if approve else Status.REFUSED
        draft.decided_by_id, draft.decided_by_name, draft.decided_at = actor.id, actor.name[:80], now
        draft.decision_note = note.strip()[:200]
        draft.save()
        _moved(template)
        after = {"version": draft.number, "status": str(draft.status)}
        _note(actor, template, Action.UPDATE, after, now, reason=note.strip())
        if draft.written_by_id:
            code = "template.approved" if approve else "template.refused"
            url = f"/contact/templates/{template.pk}/"
            notify_staff([draft.written_by_id], "task", code, {"name": template.name}, url=url, now=now)
    return draft


def retire_template(*, actor: Actor, template_id: int, retired: bool, now: datetime) -> MessageTemplate:
    """Take a template out of use, or back into it; messages in the outbox still leave."""
    actor.require(permissions.TEMPLATES)
    with transaction.atomic():
        template = access_template(actor, template_id, lock=True)
        if template.is_retired != retired:
            template.is_retired = retired
            _moved(template)
            _note(actor, template, Action.UPDATE, {"retired": retired}, now)
    return template


def discard_draft(*, actor: Actor, template_id: int, version: int, now: datetime) -> MessageTemplate:
    """Throw the version being written away. Raises NotFound when there is none, Refused for the only one."""
    actor.require(permissions.TEMPLATES)
    with transaction.atomic():
        template = _locked(actor, template_id, version)
        draft = open_version(template.pk)
        if draft is None:
            raise NotFound("template.no_draft")
        if draft.number == 1:
            raise Refused("template.first_version")
        draft.delete()
        _moved(template)
        _note(actor, template, Action.DELETE, {"version": draft.number}, now)
    return template


def _note(
    actor: Actor, template: MessageTemplate, action: Action, after: Mapping[str, Any], now: datetime, reason: str = ""
) -> None:
    record(actor, action, Subject("message_template", template.pk), after=after, reason=reason, now=now)
