"""Reading what a message said: masked for everybody, whole with a reason and on record (PLT-4, PLT-11)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.contact.models import Message
from keyuan.contact.rules.messages.rendering import render
from keyuan.contact.rules.messages.variables import Variable, VariableKind
from keyuan.contact.selectors.messages.outbox import access_message
from keyuan.contact.selectors.messages.templates import variables_of
from keyuan.contact.services.messages.parcels import composed_of
from keyuan.contact.services.messages.sealing import read_values
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Subject
from keyuan.platform.crypto.reveal import reveal

#: What stands for a value that is not shown.
HIDDEN = "＊＊＊"


def masked_text(_actor: Actor, message: Message) -> str:
    """Return the text with every place hidden; it opens nothing."""
    version = message.template_version
    text = version.text_of(message.language)
    declared = [Variable(row.name, VariableKind.TEXT) for row in variables_of(version)]
    values: Mapping[str, str] = {row.name: HIDDEN for row in declared}
    parts = (text.get("subject", ""), text["body"])
    return "\n".join(render(part, declared, values, message.language) for part in parts if part)


def reveal_text(*, actor: Actor, message_id: int, reason: str, now: datetime) -> str:
    """Return the text whole. Raises NotFound out of reach, else as `keyuan.platform.crypto.reveal.reveal`."""
    message = access_message(actor, message_id, now=now)
    if message.values is None:
        raise NotFound("message.not_found")
    opened = reveal(
        actor=actor,
        sealed=message.values,
        subject=Subject("message", message.pk),
        customer_id=message.customer_id,
        reason=reason,
        now=now,
    )
    composed = composed_of(message, read_values(opened))
    return "\n".join(part for part in (composed.subject, composed.body) if part)
