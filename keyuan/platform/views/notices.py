"""The bell: one's own notices, opened, read, and kept up to date by the live stream (PLT-11)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.platform import clock
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow
from keyuan.platform.notices import mark_all_read, mark_read, notices_visible_to, unread_count
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say_code

#: Notices shown at once; older ones have done their duty.
SHOWN = 100


@require_safe
@allow(SIGNED_IN)
def notices(request: StaffRequest) -> HttpResponse:
    """The newest notices, beside the page or as a page of their own."""
    rows = [(notice, say_code(notice.code, notice.params)) for notice in notices_visible_to(request.actor)[:SHOWN]]
    context = {"rows": rows, "unread": sum(1 for notice, _text in rows if notice.read_at is None)}
    template = "shell/notices_panel.html" if request.htmx.target == "panel" else "shell/notices.html"
    return render(request, template, context)


@require_safe
@allow(SIGNED_IN)
def bell(request: StaffRequest) -> HttpResponse:
    """The bell with its count as it stands now."""
    return render(request, "shell/bell.html", {"notices": unread_count(request.actor)})


@require_POST
@allow(SIGNED_IN)
def notice_open(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Mark one notice as read and go to its cause."""
    notice = mark_read(actor=request.actor, notice_id=notice_id, now=clock.now())
    own = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and own else "platform:notices")


@require_POST
@allow(SIGNED_IN)
def notices_read(request: StaffRequest) -> HttpResponse:
    """Mark all notices as read."""
    mark_all_read(actor=request.actor, now=clock.now())
    toast(request, _("All notices are read"))
    return redirect("platform:notices")
