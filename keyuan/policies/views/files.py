"""Files of a policy: application form, receipt, letters (PLT-16)."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.files import access_attachment, attachments_of, delete_attachment, download_url, store
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.selectors import access_policy

#: What a file is: code → label.
KINDS = {
    "application": gettext_lazy("Application form"),
    "receipt": gettext_lazy("Signed receipt"),
    "contract": gettext_lazy("Policy document"),
    "change": gettext_lazy("Request for a change"),
    "other": gettext_lazy("Other file"),
}


@require_GET
@allow(permissions.VIEW)
def files(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The files, newest first, and the place to add one."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    rows = [
        {"file": row, "kind": KINDS.get(row.kind, KINDS["other"]), "url": download_url(request.actor, row.pk)}
        for row in attachments_of(request.actor, Subject("policy", policy.pk))[:200]
    ]
    may_edit = request.actor.may(permissions.EDIT)
    context = {"policy": policy, "files": rows, "kinds": KINDS.items(), "may_edit": may_edit}
    return page(request, "policies/parts/files.html", context)


@require_POST
@allow(permissions.EDIT)
def file_add(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Keep a file with the policy; papers are kept with mirrored policies, too."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    try:
        if upload is None:
            raise Refused("file.empty", field="file")
        store(
            actor=request.actor,
            subject=Subject("policy", policy.pk),
            name=upload.name or "",
            file=upload,
            now=now,
            kind=kind if kind in KINDS else "other",
            customer_id=policy.holder_id,
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    return _changed(request, policy, _("The file was kept"))


@require_POST
@allow(permissions.EDIT)
def file_remove(request: StaffRequest, policy_id: int, file_id: int) -> HttpResponse:
    """Delete a file for good, with the reason."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    attachment = access_attachment(request.actor, file_id)
    if (attachment.subject_kind, attachment.subject_id) != ("policy", policy.pk):
        raise NotFound
    reason = request.POST.get("reason", "")
    delete_attachment(actor=request.actor, attachment_id=file_id, reason=reason, now=now, customer_id=policy.holder_id)
    return _changed(request, policy, _("The file was deleted"))


def _changed(request: StaffRequest, policy: Policy, sentence: str) -> HttpResponse:
    toast(request, sentence)
    if not request.htmx:
        return HttpResponseRedirect(reverse("policies:policy-detail", args=[policy.pk]) + "?tab=files")
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"policy-files": {}})})
