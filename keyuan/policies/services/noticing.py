"""Word to customers that a step owes: a message where template, address and permit allow, else why not (PLT-11)."""

from datetime import datetime

from django.db import transaction

from keyuan.contact.services.messages.queueing import Draft, NotSent, send
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError
from keyuan.policies.models import ApplicationNotice, RequestNotice


def queue_notice(
    notice: ApplicationNotice | RequestNotice, *, actor: Actor, template_id: int, draft: Draft, now: datetime
) -> None:
    """Queue the message of a notice inside the caller's transaction; what stands in its way is written into it.

    A notice that finds no way out must not stop the step; it stays on the page as unsent.
    """
    try:
        # Within its own savepoint: what is refused leaves nothing of a message behind.
        with transaction.atomic():
            answer = send(actor=actor, template_id=template_id, draft=draft, now=now)
    except KeyuanError as error:
        notice.because = error.code[:60]
        return
    if isinstance(answer, NotSent):
        notice.because = answer.code[:60]
    else:
        notice.message_id = answer.pk
