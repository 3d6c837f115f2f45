"""Pages of mailboxes: which there are and how they fare, setting up, trying (SRV-5)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.people import names_of
from keyuan.platform.toasts import toast
from keyuan.service import permissions
from keyuan.service.forms.mail import words
from keyuan.service.forms.mail.forms import TEXTS, MailboxForm, listed
from keyuan.service.models import Mailbox
from keyuan.service.selectors import setup
from keyuan.service.selectors.desks import categories, desks
from keyuan.service.selectors.mail.mails import access_mailbox, mailboxes_visible_to
from keyuan.service.services.mail.mailboxes import MailboxDraft, look_now, save_mailbox, try_mailbox
from keyuan.service.services.setting_up import seed

PLAIN = (
    "name", "address", "from_name", "imap_host", "imap_port", "imap_security", "folder", "smtp_host", "smtp_port",
    "smtp_security", "username", "trusted_checker", "reopen_days", "per_hour", "most_mb", "takes_old",
    "plus_addresses", "is_active",
)  # fmt: skip


def fault(code: str) -> str:
    """Say what went wrong with a server."""
    return str(words.FAULTS.get(code.split()[0], code)) if code else ""


@require_safe
@allow(permissions.MAILBOXES)
def mailboxes(request: StaffRequest) -> HttpResponse:
    """The mailboxes in scope."""
    boxes = list(mailboxes_visible_to(request.actor).select_related("desk", "category"))
    names = names_of([box.owner_id for box in boxes if box.owner_id])
    rows = [{"box": box, "owner": names.get(box.owner_id or 0, ""), "fault": fault(box.last_error)} for box in boxes]
    return page(request, "service/mail/mailboxes.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.MAILBOXES)
@confirmed
def mailbox_new(request: StaffRequest) -> HttpResponse:
    """Set a mailbox up."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.MAILBOXES)
@confirmed
def mailbox(request: StaffRequest, mailbox_id: int) -> HttpResponse:
    """Change a mailbox."""
    return _edit(request, access_mailbox(request.actor, mailbox_id))


def _edit(request: StaffRequest, box: Mailbox | None) -> HttpResponse:
    seed(clock.now())
    form = MailboxForm(
        request.POST or None, initial=_initial(box) if box else None, categories=categories(),
        desks=[(desk.pk, desk.name) for desk in desks()],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = save_mailbox(
                actor=request.actor, mailbox_id=box.pk if box else None, draft=_draft(form),
                version=form.cleaned_data["version"], now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("service:mailbox", args=[made.pk]))
    context = {"form": form, "box": box, "fault": fault(box.last_error) if box else ""}
    return page(request, "service/mail/mailbox.html", context, status=422 if form.errors else 200)


def _initial(box: Mailbox) -> dict[str, Any]:
    values = {name: getattr(box, name) for name in (*PLAIN, "version")}
    values |= {f"signature_{key}": box.signatures.get(code, "") for key, code, _word in TEXTS}
    values |= {f"acknowledgement_{key}": box.acknowledgements.get(code, "") for key, code, _word in TEXTS}
    return values | {
        "desk": box.desk_id, "category": box.category_id, "owner": setup.staff_no_of(box.owner_id),
        "inside_domains": ", ".join(box.inside_domains),
    }  # fmt: skip


def _draft(form: MailboxForm) -> MailboxDraft:
    data = form.cleaned_data
    return MailboxDraft(
        **{name: data[name] for name in PLAIN}, password=data["password"], desk_id=int(data["desk"] or 0),
        category_id=int(data["category"] or 0) or None, owner_id=setup.user_of(data["owner"]),
        inside_domains=listed(data["inside_domains"]),
        signatures={code: data[f"signature_{key}"] for key, code, _word in TEXTS},
        acknowledgements={code: data[f"acknowledgement_{key}"] for key, code, _word in TEXTS},
    )  # fmt: skip


@require_POST
@allow(permissions.MAILBOXES)
def mailbox_try(request: StaffRequest, mailbox_id: int) -> HttpResponse:
    """Try whether both servers let us in."""
    found = try_mailbox(actor=request.actor, mailbox_id=mailbox_id, now=clock.now())
    for key, label in (("imap", "IMAP"), ("smtp", "SMTP")):
        if found[key]:
            toast(request, f"{label}: {fault(found[key])}", failed=True)
    if not any(found.values()):
        toast(request, _("Both servers let us in"))
    return HttpResponseRedirect(reverse("service:mailbox", args=[mailbox_id]))


@require_POST
@allow(permissions.MAILBOXES)
def mailbox_look(request: StaffRequest, mailbox_id: int) -> HttpResponse:
    """Look into a mailbox with the next run, although it rests."""
    look_now(actor=request.actor, mailbox_id=mailbox_id, now=clock.now())
    toast(request, _("The mailbox is looked into within a minute"))
    return HttpResponseRedirect(reverse("service:mailboxes"))
