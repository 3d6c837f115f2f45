"""People asking for a backup or a verification: the worker starts it in a process of its own."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.backup.config import load_plan
from keyuan.platform.backup.ledger import SUBJECT
from keyuan.platform.backup.workplace import is_busy
from keyuan.platform.jobs import enqueue
from keyuan.platform.models.backup_run import BackupRun
from keyuan.platform.permissions import BACKUP_MANAGE

JOBS = {"back_up": "keyuan.platform.backup.jobs.back_up", "verify": "keyuan.platform.backup.jobs.verify"}


def ask(*, actor: Actor, act: str, now: datetime) -> None:
    """Have a worker start ``back_up`` or ``verify``, on record (PLT-12).

    Raises Refused ``backup.no_destination``, ``backup.busy``, and ``backup.none`` where there is nothing to verify.
    """
    actor.require(BACKUP_MANAGE)
    if not load_plan().places:
        raise Refused("backup.no_destination")
    if is_busy():
        raise Refused("backup.busy")
    if act == "verify" and not BackupRun.objects.exists():
        raise Refused("backup.none")
    with transaction.atomic():
        enqueue(JOBS[act], person=actor.id)
        record(actor, Action.JOB, Subject(SUBJECT, 0), detail={"asked": act}, now=now)
