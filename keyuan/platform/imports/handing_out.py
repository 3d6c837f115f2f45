"""Giving the refused rows of an import back to whoever sent them (PLT-9)."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.reports import error_file
from keyuan.platform.imports.selectors import access_own_import


def hand_out_refused(*, actor: Actor, import_id: int, now: datetime) -> tuple[str, str, Iterator[bytes]]:
    """Return name, content type and blocks of the file with the refused rows, and note that it was fetched.

    Raises NotFound for another person's import, and what `error_file` refuses.
    """
    import_job = access_own_import(actor, import_id)
    found = error_file(import_job)
    with transaction.atomic():
        subject, detail = Subject("import", import_job.pk), {"rows": import_job.refused}
        record(actor, Action.EXPORT, subject, reason="error_file", detail=detail, now=now)
    return found
