"""Telling whoever had a message sent that it did not arrive, so that another way can be tried (PLT-11)."""

from collections import defaultdict
from collections.abc import Iterable

from keyuan.contact.events import MessagesLost
from keyuan.contact.models import Message
from keyuan.platform.events import emit, in_events_of


def tell_lost(message_ids: Iterable[int]) -> None:
    """Tell of messages that failed or were stopped, in the caller's transaction; those about nothing are left out."""
    about: dict[str, list[int]] = defaultdict(list)
    ended = (Message.Status.FAILED, Message.Status.CANCELLED)
    lost = Message.objects.filter(pk__in=list(message_ids), status__in=ended)
    for pk, kind in lost.exclude(subject_kind="").order_by("pk").values_list("pk", "subject_kind"):
        about[kind].append(pk)
    for kind, ids in about.items():
        for part in in_events_of(ids):
            emit(MessagesLost(part, kind))
