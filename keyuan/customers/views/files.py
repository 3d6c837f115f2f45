"""Files of a customer: copies of papers, photos, letters (PLT-16)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.views.answers import changed
from keyuan.customers.views.opened import is_whole, opened, panel_context
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.files import access_attachment, attachments_of, delete_attachment, download_url, store
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.http import page as answer
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

SHORT = 5
#: What a file is: code → label.
KINDS = {
    "identity_copy": gettext_lazy("Copy of an identity document"),
    "application": gettext_lazy("Application form"),
    "consent": gettext_lazy("Consent"),
    "photo": gettext_lazy("Photo"),
    "report": gettext_lazy("Report"),
    "other": gettext_lazy("Other file"),
}


@require_GET
@allow(permissions.VIEW)
def files(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The files, newest first, and the place to add one."""
    customer = opened(request, customer_id)
    found = list(attachments_of(request.actor, Subject("customer", customer.pk)))
    shown = found if is_whole(request) else found[:SHORT]
    rows = [
        {"file": row, "kind": KINDS.get(row.kind, KINDS["other"]), "url": download_url(request.actor, row.pk)}
        for row in shown
    ]
    context = panel_context(request, customer_id, files=rows, total=len(found), kinds=KINDS.items())
    return answer(request, "customers/panels/files.html", context)


@require_POST
@allow(permissions.EDIT)
def file_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Keep a file with the customer."""
    customer = opened(request, customer_id)
    upload = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        store(
            actor=request.actor,
            subject=Subject("customer", customer.pk),
            name=upload.name or "",
            file=upload,
            now=clock.now(),
            kind=kind if kind in KINDS else "other",
            customer_id=customer.pk,
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    return changed(request, customer.pk, ("files",), _("The file was kept"))


@require_POST
@allow(permissions.EDIT)
def file_remove(request: StaffRequest, customer_id: int, file_id: int) -> HttpResponse:
    """Delete a file for good, with the reason."""
    customer = opened(request, customer_id)
    attachment = access_attachment(request.actor, file_id)
    if (attachment.subject_kind, attachment.subject_id) != ("customer", customer.pk):
        raise NotFound
    reason = request.POST.get("reason", "")
    delete_attachment(
        actor=request.actor, attachment_id=file_id, reason=reason, now=clock.now(), customer_id=customer.pk
    )
    return changed(request, customer.pk, ("files",), _("The file was deleted"))
