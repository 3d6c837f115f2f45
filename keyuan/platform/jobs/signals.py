"""Telling the claims which process runs a message: django-q2 says so by signals."""

from typing import Any

from django_q.signals import pre_execute

from keyuan.platform.jobs.claims import hold
from keyuan.platform.jobs.patience import insist


def connect() -> None:
    """Listen to the workers of this process."""
    pre_execute.connect(_started, dispatch_uid="keyuan.claims")


def _started(task: dict[str, Any], **_others: Any) -> None:
    if "ack_id" in task:
        insist(lambda: hold(int(task["ack_id"]), str(task["kwargs"].get("path", ""))))
