"""The actor's notices."""

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.models.notice import Notice

CAP = 100


def notices_visible_to(actor: Actor) -> QuerySet[Notice]:
    """Return the actor's own notices, newest first."""
    if actor.kind not in (ActorKind.STAFF, ActorKind.API_CLIENT) or actor.id is None:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=actor.id).order_by("-id")


def unread_count(actor: Actor) -> int:
    """Return how many notices wait to be read, up to `CAP`."""
    return len(notices_visible_to(actor).filter(read_at__isnull=True).values_list("pk", flat=True)[:CAP])
