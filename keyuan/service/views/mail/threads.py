"""The mails of an order: thread, writing, sending, taking back (SRV-5)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError, NotFound, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.files import delete_attachment, store
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms.mail import words
from keyuan.service.forms.mail.forms import WriteForm, listed
from keyuan.service.forms.mail.notices import decision_text
from keyuan.service.models import Mail, WorkOrder
from keyuan.service.rules.mail import writing
from keyuan.service.selectors.complaints import complaint_of
from keyuan.service.selectors.desks import macros
from keyuan.service.selectors.mail import mails as reads
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import talking
from keyuan.service.services.mail import deciding, drafting
from keyuan.service.services.mail.common import KIND
from keyuan.service.views import shown
from keyuan.service.views.leading import to
from keyuan.service.views.mail import showing

#: A mail that has not left makes the thread look again after so many seconds.
ON_ITS_WAY = (Mail.Status.QUEUED, Mail.Status.SENDING, Mail.Status.FETCHED)


def _order_url(order_id: int | None) -> str:
    return reverse("service:order", args=[order_id])


@require_safe
@allow(permissions.VIEW)
def order_mails(request: StaffRequest, order_id: int) -> HttpResponse:
    """The thread of an order, as a part of its page or as a page of its own."""
    actor, now = request.actor, clock.now()
    order = access_order(actor, order_id, now=now)
    mails = reads.thread_of(order.pk)
    files = showing.files_of(actor, mails)
    suggested = reads.suggestions(actor, order, now=now)
    names = customer_labels(actor, suggested, now=now) if suggested else {}
    may_write = actor.may(permissions.WORK) and order.is_open
    context = {
        "order": order,
        "bubbles": [showing.bubble(actor, mail, files.get(mail.pk, [])) for mail in mails],
        "last": next((mail.pk for mail in reversed(mails) if mail.kind != writing.ACK), None),
        "draft": reads.draft_of(actor, order.pk) if may_write else None,
        "may": {"write": may_write, "name": actor.may(permissions.WORK)},
        "is_moving": any(mail.status in ON_ITS_WAY for mail in mails),
        "suggested": [(pk, names.get(pk, "")) for pk in suggested],
        "notice": may_write and bool(getattr(complaint_of(order.pk), "decision", "")),
    }
    template = "service/mail/thread.html" if request.htmx else "service/mail/thread_page.html"
    return page(request, template, context)


@require_POST
@allow(permissions.WORK)
def mail_begin(request: StaffRequest, order_id: int) -> HttpResponse:
    """Begin an answer, or go on with what one is writing."""
    actor, now = request.actor, clock.now()
    answers = request.POST.get("mail", "")
    order = access_order(actor, order_id, now=now)
    answered = reads.of_order(order.pk, int(answers)) if answers.isdecimal() else None
    head = _("On %(moment)s %(sender)s wrote:") % {
        "moment": timezone.localtime(answered.at).strftime("%Y-%m-%d %H:%M") if answered else "",
        "sender": _sender_name(answered),
    }
    try:
        draft = drafting.begin(
            actor=actor, order_id=order_id, kind=request.POST.get("kind", writing.NEW),
            answers_id=answered.pk if answered else None, now=now, head=head,
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
        return to(request, _order_url(order_id))
    if draft.kind == writing.NOTICE and request.POST.get("kind") == writing.NOTICE:
        _fill_notice(actor, draft, now)
    return to(request, reverse("service:mail-write", args=[draft.pk]))


def _sender_name(mail: Mail | None) -> str:
    if mail is None:
        return ""
    if mail.is_out:
        return mail.created_by_name
    party = mail.parties.filter(role="FROM").first()
    return party.name if party is not None else ""


def _fill_notice(actor: Actor, draft: Mail, now: datetime) -> None:
    """Put the decision of a complaint into its written answer, where nothing is written yet."""
    complaint = complaint_of(draft.order_id or 0)
    if draft.order is None or complaint is None or complaint.facts in draft.text:
        return
    text = decision_text(draft.order, complaint, draft.language) + draft.text
    refs = _chosen(draft)
    words_of = drafting.Words(draft.subject, text, to=refs["to"], cc=refs["cc"])
    drafting.keep(actor=actor, mail_id=draft.pk, words=words_of, now=now)


def _people(actor: Actor, draft: Mail) -> list[tuple[str, str]]:
    order = draft.order
    parties = reads.parties_of_thread(draft.order_id or 0)
    points = reads.addresses_of_customer(order.customer_id if order is not None else None)
    known = {row.email_index for row in parties}
    found = [(f"p{row.pk}", showing.party_text(actor, row)) for row in parties]
    return found + [
        (f"c{row.pk}", _("%(address)s (on record)") % {"address": present(actor, row.email)})
        for row in points
        if row.value_index not in known
    ]


def _chosen(draft: Mail) -> dict[str, list[str]]:
    """Return who is chosen in a draft, by the names under which they are offered."""
    offered = {row.email_index: f"p{row.pk}" for row in reads.parties_of_thread(draft.order_id or 0)}
    points = reads.addresses_of_customer(draft.order.customer_id if draft.order is not None else None)
    for point in points:
        offered.setdefault(point.value_index, f"c{point.pk}")
    rows = list(draft.parties.all())
    return {
        key: [offered[row.email_index] for row in rows if row.role == role and row.email_index in offered]
        for key, role in (("to", "TO"), ("cc", "CC"))
    }


def _form(actor: Actor, draft: Mail, data: Any = None) -> WriteForm:
    served = reads.sending_mailboxes(draft.order) if draft.order is not None else []
    # The mailbox to which the customer wrote stays, also when the order went to another unit since.
    offered = {row.pk: row for row in (draft.mailbox, *served)}
    boxes = [(str(row.pk), f"{row.name} <{row.address}>") for row in offered.values()]
    initial = {"mailbox": str(draft.mailbox_id), "subject": draft.subject, "text": draft.text, **_chosen(draft)}
    return WriteForm(data, initial=initial, mailboxes=boxes, people=_people(actor, draft))


def _words(form: WriteForm) -> drafting.Words:
    data = form.cleaned_data
    return drafting.Words(
        subject=data.get("subject", ""), text=data.get("text", ""),
        to=[*data.get("to", []), *listed(data.get("more_to", ""))],
        cc=[*data.get("cc", []), *listed(data.get("more_cc", ""))],
        mailbox_id=int(data.get("mailbox") or 0) or None,
    )  # fmt: skip


def _draft(request: StaffRequest, mail_id: int) -> Mail:
    """Return a mail that one is writing, or wrote. Raises NotFound for others."""
    mail = reads.access_mail(request.actor, mail_id, now=clock.now())
    if mail.created_by_id != request.actor.id or not mail.is_out or mail.order_id is None:
        raise NotFound("mail.not_found")
    return mail


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WORK)
def mail_write(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Write a mail and send it."""
    actor, now = request.actor, clock.now()
    draft = _draft(request, mail_id)
    if draft.status != Mail.Status.DRAFT:
        # Sent already, by a second click or in another window.
        return HttpResponseRedirect(_order_url(draft.order_id) + "#mails")
    order = access_order(actor, draft.order_id or 0, now=now)
    form = _form(actor, draft, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.send(actor=actor, mail_id=draft.pk, words=_words(form), now=now)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The mail leaves in ten seconds; until then it can be taken back."))
            return HttpResponseRedirect(reverse("service:order-mails", args=[draft.order_id]))
    return page(request, "service/mail/write.html", _described(actor, draft, order, form),
                status=422 if form.errors else 200)  # fmt: skip


def _described(actor: Actor, draft: Mail, order: WorkOrder, form: WriteForm) -> dict[str, Any]:
    name = order.caller_name
    if order.customer_id is not None:
        name = customer_labels(actor, [order.customer_id], now=clock.now()).get(order.customer_id, "")
    files = showing.files_of(actor, [draft]).get(draft.pk, [])
    return {
        "form": form,
        "draft": draft,
        "order": order,
        "kind": str(words.KINDS.get(draft.kind, "")),
        "files": files,
        "macros": [(row.name, talking.filled(row.body, shown.places(actor, order, name))) for row in macros()],
        "cancel": _order_url(order.pk),
        "may_search": actor.may(permissions.KNOWLEDGE),
    }


@require_POST
@allow(permissions.WORK)
def mail_keep(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Keep what is written so far."""
    draft, now = _draft(request, mail_id), clock.now()
    form = _form(request.actor, draft, request.POST)
    form.is_valid()
    try:
        drafting.keep(actor=request.actor, mail_id=draft.pk, words=_words(form), now=now)
    except Refused as error:
        return page(request, "service/mail/kept.html", {"failed": say(error)})
    return page(request, "service/mail/kept.html", {"at": now})


def _act(request: StaffRequest, mail_id: int, said: str, act: Any) -> HttpResponse:
    mail = reads.access_mail(request.actor, mail_id, now=clock.now())
    try:
        act()
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    back = _order_url(mail.order_id) + "#mails" if mail.order_id else reverse("service:mail", args=[mail.pk])
    return to(request, back)


@require_POST
@allow(permissions.WORK)
def mail_take_back(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Take a mail back that has not left, and go on writing it."""
    try:
        drafting.take_back(actor=request.actor, mail_id=mail_id, now=clock.now())
    except NotFound:
        raise
    except KeyuanError as error:
        mail = reads.access_mail(request.actor, mail_id, now=clock.now())
        toast(request, say(error), failed=True)
        return to(request, _order_url(mail.order_id))
    return to(request, reverse("service:mail-write", args=[mail_id]))


@require_POST
@allow(permissions.WORK)
def mail_discard(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Throw a draft away."""
    draft = _draft(request, mail_id)
    return _act(request, mail_id, _("The draft was thrown away"),
                lambda: drafting.discard(actor=request.actor, mail_id=draft.pk, now=clock.now()))  # fmt: skip


@require_POST
@allow(permissions.WORK)
def mail_file(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Put a file to a draft, or take one out."""
    draft, upload = _draft(request, mail_id), request.FILES.get("file")
    drop = request.POST.get("drop", "")
    try:
        if draft.status != Mail.Status.DRAFT:
            raise Refused("mail.left_already")
        if drop.isdecimal() and any(item["file"].pk == int(drop) for item in _files(request, draft)):
            delete_attachment(actor=request.actor, attachment_id=int(drop), reason="draft", now=clock.now())
        elif upload is None:
            raise Refused("file.empty", field="file")
        else:
            store(
                actor=request.actor, subject=Subject(KIND, draft.pk), name=upload.name or "", file=upload,
                now=clock.now(), kind="sent",
            )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
    return to(request, reverse("service:mail-write", args=[draft.pk]))


def _files(request: StaffRequest, draft: Mail) -> list[dict[str, Any]]:
    return showing.files_of(request.actor, [draft]).get(draft.pk, [])


@require_POST
@allow(permissions.WORK)
def name_customer(request: StaffRequest, order_id: int, customer_id: int) -> HttpResponse:
    """Say whose order it is."""
    try:
        deciding.name_customer(actor=request.actor, order_id=order_id, customer_id=customer_id, now=clock.now())
    except NotFound:
        raise
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The customer was named"))
    return to(request, _order_url(order_id))
