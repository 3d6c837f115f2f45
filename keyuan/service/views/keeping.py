"""Keeping a file that somebody puts to an order, an article or an improvement item."""

from django.utils.translation import gettext as _

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.files import store
from keyuan.platform.http import StaffRequest
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def keep_upload(request: StaffRequest, subject: Subject, kind: str, *, customer_id: int | None = None) -> None:
    """Keep the file of the request with ``subject`` and say what became of it; the caller has accessed the subject."""
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        store(
            actor=request.actor, subject=subject, name=upload.name or "", file=upload, now=clock.now(), kind=kind,
            customer_id=customer_id,
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The file was kept"))
