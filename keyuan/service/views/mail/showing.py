"""How pages show mails: masked addresses, words, files (SRV-5)."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe

from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.platform.files import download_url
from keyuan.service.forms.mail import words
from keyuan.service.models import Mail, MailParty
from keyuan.service.selectors.mail import mails as reads


def party_text(actor: Actor, party: MailParty) -> str:
    """Return a party by name and masked address."""
    masked = present(actor, party.email)
    return f"{party.name} <{masked}>" if party.name else masked


def word_of_status(mail: Mail) -> tuple[str, str]:
    """Return tone and word of where a mail stands."""
    word, tone = words.STATES[mail.status]
    return tone, str(word)


def because(mail: Mail) -> str:
    """Say why a mail is where it is."""
    if mail.status == Mail.Status.QUEUED and not mail.mailbox.is_active:
        return str(words.SWITCHED_OFF)
    return str(words.BECAUSE.get(mail.because, mail.because))


def files_of(actor: Actor, mails: list[Mail]) -> dict[int, list[dict[str, Any]]]:
    """Return the files of mails by mail, without the raw mails."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in reads.pieces_of([mail.pk for mail in mails]):
        found.setdefault(row.subject_id, []).append({"file": row, "url": download_url(actor, row.pk)})
    return found


def bubble(actor: Actor, mail: Mail, files: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a mail as it stands in a thread; the caller prefetched its parties."""
    parties = sorted(mail.parties.all(), key=lambda row: row.pk)
    by_role = {role: [party_text(actor, row) for row in parties if row.role == role] for role in MailParty.Role.values}
    tone, word = word_of_status(mail)
    return {
        "mail": mail,
        "sender": mail.created_by_name or str(words.KINDS.get(mail.kind, "")) if mail.is_out else
        ", ".join(by_role["FROM"]),
        "to": by_role["TO"],
        "cc": by_role["CC"],
        "tone": tone,
        "state": word,
        "because": because(mail),
        "kind": str(words.KINDS.get(mail.kind, "")),
        "kinds": words.KINDS,
        "files": files,
        "left_out": mail.left_out,
        "is_bounced": any(row.is_bounced for row in parties),
        "html": _trusted(mail.html),
        "can_undo": mail.status == Mail.Status.QUEUED and not mail.attempts and mail.created_by_id == actor.id,
        "in_doubt": mail.status == Mail.Status.UNKNOWN,
        "can_repeat": mail.status == Mail.Status.FAILED,
    }  # fmt: skip


def _trusted(html: str) -> SafeString:
    """Mark HTML that was cleaned by an allow-list when the mail was filed (`rules.mail.markup.cleaned`)."""
    return mark_safe(html)
