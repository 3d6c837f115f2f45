"""What the parts of mail share: who acts, tokens, the raw mail and its files (SRV-5)."""

import gzip
import io
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import make_msgid

from django.utils.crypto import constant_time_compare, salted_hmac

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto import blind_index
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.crypto.sealed import Sealed
from keyuan.platform.files import Attachment, open_file, store
from keyuan.platform.subjects import Subject
from keyuan.service.models import Mail, Mailbox, MailParty
from keyuan.service.rules.mail.letter import Party

KIND = "mail"
ACTOR = system_actor("mail")
RAW = "raw"
SEAL_LENGTH = 10
#: What stands around a raw mail: the sealed file holds it packed.
PACKED_MOST = 64 * 1024 * 1024


def actor_of(mailbox: Mailbox) -> Actor:
    """Return who takes in what comes to a mailbox: the program, in the unit of the mailbox's desk."""
    return replace(ACTOR, unit_id=mailbox.desk.unit_id) if mailbox.desk is not None else ACTOR


def seal_of(number: str) -> str:
    """Return what proves that we wrote an order's number into a mail."""
    return salted_hmac("keyuan.mail", number, algorithm="sha256").hexdigest()[:SEAL_LENGTH]


def is_sealed(number: str, seal: str) -> bool:
    """Tell whether a token is ours."""
    return constant_time_compare(seal_of(number), seal)


def new_message_id(mailbox: Mailbox) -> str:
    """Return a name that nobody can guess; it is fixed before a mail is sent."""
    return make_msgid(idstring=secrets.token_hex(12), domain=mailbox.address.rpartition("@")[2])


def party_row(mail: Mail, role: str, party: Party, at: datetime) -> MailParty:
    """Return an address as its row; the text is sealed when it is saved."""
    row = MailParty(mail=mail, role=role, email=party.address, name=party.name[:100], at=at)
    row.email_index = blind_index("email", party.address)
    return row


def opened(values: Iterable[Sealed | None], why: str) -> list[str]:
    """Return sealed addresses or secrets to a job, on record."""
    return [text or "" for text in open_for_system(ACTOR, values, why)]


def keep_raw(mail: Mail, raw: bytes, now: datetime) -> Attachment:
    """Keep a raw mail sealed beside its row; asked again it returns what was kept."""
    known = Attachment.objects.filter(subject_kind=KIND, subject_id=mail.pk, kind=RAW).first()
    if known is not None:
        return known
    file = io.BytesIO(gzip.compress(raw, mtime=0))
    return store(
        actor=ACTOR, subject=Subject(KIND, mail.pk), name=f"mail-{mail.pk}.eml.gz", file=file, now=now, kind=RAW,
        max_bytes=PACKED_MOST,
    )  # fmt: skip


def read_raw(mail: Mail) -> bytes:
    """Return the raw mail. Raises Refused ``file.waiting`` or ``file.infected`` by what the virus scan says."""
    if mail.raw_id is None:
        raise Refused("mail.no_raw")
    _attachment, blocks = open_file(ACTOR, mail.raw_id)
    return gzip.decompress(b"".join(blocks))
