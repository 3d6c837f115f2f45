"""Setting mailboxes up, and trying whether their servers let us in (SRV-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.contact.services.messages import letters
from keyuan.contact.services.messages.letters import Result
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.kernel.identifiers.email import parse_email
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.people import names_of
from keyuan.service import permissions
from keyuan.service.drivers.mail.inbox import Inbox, InboxError
from keyuan.service.models import Category, Desk, Mailbox
from keyuan.service.rules import kinds
from keyuan.service.selectors.mail.mails import access_mailbox
from keyuan.service.services.mail.fetching import config_of
from keyuan.service.services.mail.sending import route_of

SECURITIES = ("tls", "starttls", "none")
LANGUAGES = ("zh-hans", "zh-hant", "en")
#: What tells who reads and where; the trail shows these, never the password.
TOLD = ("name", "address", "imap_host", "smtp_host", "folder", "username", "is_active")
#: What is begun anew when the folder is another one.
PLACE = ("imap_host", "imap_port", "username", "folder")


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """A mailbox as it is set up; an empty ``password`` leaves the one that stands."""

    name: str
    address: str
    imap_host: str
    smtp_host: str
    desk_id: int
    password: str = field(default="", repr=False)
    from_name: str = ""
    imap_port: int = 993
    imap_security: str = "tls"
    folder: str = "INBOX"
    smtp_port: int = 465
    smtp_security: str = "tls"
    username: str = ""
    category_id: int | None = None
    owner_id: int | None = None
    signatures: Mapping[str, str] = field(default_factory=dict)
    acknowledgements: Mapping[str, str] = field(default_factory=dict)
    inside_domains: Sequence[str] = ()
    trusted_checker: str = ""
    reopen_days: int = 14
    per_hour: int = 20
    most_mb: int = 25
    takes_old: bool = False
    plus_addresses: bool = False
    is_active: bool = True


def save_mailbox(
    *, actor: Actor, mailbox_id: int | None, draft: MailboxDraft, version: int = 0, now: datetime
) -> Mailbox:
    """Make or change a mailbox. Another server, user or folder is read from what comes from then on.

    Raises Refused for what cannot be, naming the field, Conflict when somebody was faster, NotFound out of scope.
    """
    actor.require(permissions.MAILBOXES)
    draft = replace(draft, address=parse_email(draft.address, field="address"))
    desk, category = _checked(draft)
    with transaction.atomic():
        mailbox = access_mailbox(actor, mailbox_id, lock=True) if mailbox_id else Mailbox(version=0)
        if mailbox_id and mailbox.version != version:
            raise Conflict("setup.moved_on", version=mailbox.version)
        if Mailbox.objects.filter(address=draft.address).exclude(pk=mailbox.pk or 0).exists():
            raise Refused("mailbox.address_taken", field="address")
        before = {name: getattr(mailbox, name) for name in TOLD} if mailbox_id else {}
        place = [getattr(mailbox, name) for name in PLACE]
        _write(mailbox, draft, desk, category)
        if place != [getattr(mailbox, name) for name in PLACE]:
            mailbox.uid_validity, mailbox.last_uid = 0, 0
        mailbox.failures, mailbox.rests_until, mailbox.last_error = 0, None, ""
        mailbox.version += 1
        mailbox.save()
        after = {name: getattr(mailbox, name) for name in TOLD} | {"password": "changed" if draft.password else "same"}
        action = Action.UPDATE if mailbox_id else Action.CREATE
        record(actor, action, Subject("mailbox", mailbox.pk), before=before, after=after, now=now)
    return mailbox


def _checked(draft: MailboxDraft) -> tuple[Desk, Category | None]:
    for name in ("name", "imap_host", "smtp_host", "folder"):
        if not getattr(draft, name).strip():
            raise Refused(f"mailbox.{name}", field=name)
    for name in ("imap_security", "smtp_security"):
        if getattr(draft, name) not in SECURITIES:
            raise Refused("mailbox.security", field=name)
    for name in ("imap_port", "smtp_port"):
        if not 0 < getattr(draft, name) < 2**16:
            raise Refused("mailbox.port", field=name)
    if draft.owner_id is not None and not names_of([draft.owner_id]):
        raise Refused("setup.person", field="owner")
    desk = Desk.objects.select_related("unit").filter(pk=draft.desk_id, is_active=True).first()
    if desk is None:
        raise Refused("setup.desk", field="desk")
    return desk, _category(draft)


def _category(draft: MailboxDraft) -> Category | None:
    category = None
    if draft.category_id is not None:
        category = Category.objects.filter(pk=draft.category_id, is_active=True).first()
        if category is None or category.kind in (kinds.COMPLAINT, kinds.REPORT):
            # Whether something is a complaint is for a person to say: it begins a term of law.
            raise Refused("mailbox.category", field="category")
    return category


def _write(mailbox: Mailbox, draft: MailboxDraft, desk: Desk, category: Category | None) -> None:
    same = (
        "name", "address", "from_name", "imap_host", "imap_port", "imap_security", "folder", "smtp_host", "smtp_port",
        "smtp_security", "username", "owner_id", "trusted_checker", "reopen_days", "per_hour", "most_mb", "takes_old",
        "plus_addresses", "is_active",
    )  # fmt: skip
    for name in same:
        value = getattr(draft, name)
        setattr(mailbox, name, value.strip() if isinstance(value, str) else value)
    mailbox.desk, mailbox.category = desk, category
    for column, value in desk.unit.level_ids().items():
        setattr(mailbox, column, value)
    mailbox.signatures = _texts(draft.signatures)
    mailbox.acknowledgements = _texts(draft.acknowledgements)
    mailbox.inside_domains = sorted({item.strip().lower().lstrip("@") for item in draft.inside_domains if item.strip()})
    if draft.password:
        mailbox.password = draft.password


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    return {key: text.strip()[:2000] for key, text in given.items() if key in LANGUAGES and text.strip()}


def try_mailbox(*, actor: Actor, mailbox_id: int, now: datetime) -> dict[str, str]:
    """Connect to both servers and sign in; return a code for ``imap`` and ``smtp``, empty where it worked."""
    actor.require(permissions.MAILBOXES)
    mailbox = access_mailbox(actor, mailbox_id)
    found: dict[str, Any] = {"imap": "", "smtp": ""}
    inbox = Inbox(config_of(mailbox))
    try:
        inbox.open()
    except InboxError as error:
        found["imap"] = error.code
    finally:
        inbox.close()
    outcome = letters.try_out(route_of(mailbox))
    if outcome.result is not Result.ACCEPTED:
        found["smtp"] = outcome.code or outcome.result.value.lower()
    record(actor, Action.OTHER, Subject("mailbox", mailbox.pk), detail={"tried": found}, now=now)
    return found


def look_now(*, actor: Actor, mailbox_id: int, now: datetime) -> Mailbox:
    """Let a mailbox that rests after failures be looked into with the next run."""
    actor.require(permissions.MAIL if actor.may(permissions.MAIL) else permissions.MAILBOXES)
    with transaction.atomic():
        mailbox = access_mailbox(actor, mailbox_id, lock=True)
        mailbox.rests_until = None
        mailbox.save(update_fields=["rests_until"])
        record(actor, Action.OTHER, Subject("mailbox", mailbox.pk), detail={"look": True}, now=now)
    return mailbox
