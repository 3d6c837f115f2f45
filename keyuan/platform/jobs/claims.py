"""Who holds which message: so that the work of a killed process is given out again at once, not after minutes."""

import os
import socket
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.platform.models.job_run import JobRun

HOST = socket.gethostname()[:80]


def claim(message: OrmQ, seconds: int) -> bool:
    """Take ``message`` for this process; False when another was faster. It returns by itself after ``seconds``."""
    now = timezone.now()
    with transaction.atomic():
        free = OrmQ.objects.filter(pk=message.pk, lock=message.lock)
        if not free.update(lock=now + timedelta(seconds=seconds)):
            return False
        JobRun.objects.update_or_create(
            message_id=message.pk, defaults={"path": "", "host": HOST, "pid": os.getpid(), "started_at": now}
        )
    return True


def hold(message_id: int, path: str) -> None:
    """Note that this process runs the message now."""
    JobRun.objects.filter(message_id=message_id).update(
        path=path[:160], host=HOST, pid=os.getpid(), started_at=timezone.now()
    )


def settle(message_id: int) -> None:
    """Forget a message that was dealt with."""
    with transaction.atomic():
        OrmQ.objects.filter(pk=message_id).delete()
        JobRun.objects.filter(message_id=message_id).delete()


def release_orphans() -> int:
    """Give the messages of processes of this machine that are no more back to the queue; return how many."""
    dead = [run.message_id for run in JobRun.objects.filter(host=HOST) if not is_alive(run.pid)]
    if dead:
        with transaction.atomic():
            OrmQ.objects.filter(pk__in=dead).update(lock=timezone.now())
            JobRun.objects.filter(message_id__in=dead).delete()
    return len(dead)


def is_alive(pid: int) -> bool:
    """Tell whether a process of this machine still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
