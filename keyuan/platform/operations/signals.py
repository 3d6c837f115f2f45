"""Counting what libraries tell by signal: refused sign-ins."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed

from keyuan.platform.operations import observing
from keyuan.platform.operations.metrics import count_sign_in_failure


def connect() -> None:
    """Listen in this process."""
    observing.connect()
    user_login_failed.connect(_wrong, dispatch_uid="keyuan.wrong")
    user_locked_out.connect(_locked, dispatch_uid="keyuan.locked")


def _wrong(**_others: Any) -> None:
    count_sign_in_failure("wrong")


def _locked(*_arguments: Any, **_others: Any) -> None:
    count_sign_in_failure("locked")
