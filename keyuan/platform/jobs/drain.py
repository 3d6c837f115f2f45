"""Running the queue in the present process: for tests and for commands that must not need a worker."""

from datetime import datetime

from django.utils import timezone
from django_q.models import OrmQ

from keyuan.platform.events.dispatcher import dispatch
from keyuan.platform.jobs.queue import opened
from keyuan.platform.jobs.runner import run


def drain(*, until: datetime | None = None, most: int = 1000) -> int:
    """Run what waits (jobs due ``until``, default now, and events) until nothing does; return how many jobs ran.

    Raises RuntimeError after ``most`` jobs: something enqueues itself for ever.
    """
    count = 0
    while count < most:
        dispatch()
        message = OrmQ.objects.filter(lock__lte=until or timezone.now()).order_by("lock", "pk").first()
        if message is None:
            return count
        message.delete()
        call = opened(message)
        if call:
            run(**call)
        count += 1
    raise RuntimeError("the queue does not become empty")
