"""The log of mails, one mail, and what keeps out: releasing, blocking, doubt (SRV-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    MomentRange,
    PageAction,
    Sort,
    Status,
    View,
)
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.forms.mail import words
from keyuan.service.models import Mail
from keyuan.service.selectors.mail import mails as reads
from keyuan.service.selectors.orders import orders_visible_to
from keyuan.service.services.mail import deciding
from keyuan.service.services.mail.filing import RETRIED
from keyuan.service.views.mail import showing


@dataclass(frozen=True, slots=True)
class MailExtras:
    """Masked other sides, numbers of orders in reach, names of mailboxes."""

    people: Mapping[int, str]
    orders: Mapping[int, str]
    boxes: Mapping[int, str]


def _order(row: Mail, extras: MailExtras) -> Link | str:
    number = extras.orders.get(row.order_id or 0)
    return Link(number, reverse("service:order", args=[row.order_id]) + "#mails") if number else ""


def _state(row: Mail, _extras: MailExtras) -> Status:
    word, tone = words.STATES[row.status]
    return Status(word, tone)


AT = MomentRange(
    key="at", label=pgettext_lazy("mail", "When"), field="at",
    presets=(("today", "today", gettext_lazy("Today")), ("today-7", "today", gettext_lazy("Last 7 days"))),
)  # fmt: skip


class MailList(ListSpec):
    """Mails that came and went, of the mailboxes in scope, the latest first."""

    key = "service-mails"
    title = gettext_lazy("Mail log")
    permission = permissions.MAIL
    url_name = "service:mail-list"
    columns = (
        Column(key="at", label=pgettext_lazy("mail", "When"), value="at", kind="moment", width=144, sort="at",
               first=True),
        Column(key="way", label=pgettext_lazy("mail", "Way"), width=64,
               value=lambda row, _x: pgettext_lazy("mail", "Out") if row.is_out else pgettext_lazy("mail", "In")),
        Column(key="who", label=gettext_lazy("Other side"), value=lambda row, x: x.people.get(row.pk, ""), width=184),
        Column(key="subject", label=pgettext_lazy("mail", "Subject"), value="subject", width=264, phone=True),
        Column(key="state", label=gettext_lazy("State"), value=_state, kind="status", width=112, phone=True),
        Column(key="because", label=gettext_lazy("Why"), value=lambda row, _x: showing.because(row), width=216,
               low_priority=True),
        Column(key="order", label=gettext_lazy("Work order"), value=_order, kind="link", width=112),
        Column(key="box", label=gettext_lazy("Mailbox"), value=lambda row, x: x.boxes.get(row.mailbox_id, ""),
               width=112, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=gettext_lazy("State"), field="status", primary=True,
            choices=tuple(Choice(key, word) for key, (word, _tone) in words.STATES.items() if key != "DRAFT"),
        ),
        AT,
    )  # fmt: skip
    sorts = (Sort(key="at", label=pgettext_lazy("mail", "When"), field="at", descending=True),)
    default_sort = "-at"
    views = (
        View(key="all", label=gettext_lazy("All")),
        View(key="spam", label=pgettext_lazy("mail", "Spam"), query="state=SPAM"),
        View(key="quarantine", label=pgettext_lazy("mail", "Quarantine"), query="state=QUARANTINE"),
        View(key="aside", label=pgettext_lazy("mail", "Set aside"), query="state=IGNORED"),
        View(key="trouble", label=gettext_lazy("Not delivered"), query="state=FAILED,BOUNCED,UNKNOWN"),
    )
    page_actions = (
        PageAction(label=gettext_lazy("Blocked senders"), url_name="service:mail-blocked", icon="ban",
                   permission=permissions.MAIL),
        PageAction(label=gettext_lazy("Mailboxes"), url_name="service:mailboxes", icon="mail",
                   permission=permissions.MAILBOXES),
    )  # fmt: skip
    empty = Empty(
        title=gettext_lazy("No mails yet"), text=gettext_lazy("What mailboxes fetch and what is answered appears here.")
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """The mails of each mailbox in scope."""
        return reads.log_sources(actor)

    def prepare(self, actor: Actor, rows: Sequence[Mail], _context: FilterContext) -> MailExtras:
        """Load other sides, orders and mailboxes."""
        ids = [row.pk for row in rows]
        sides = reads.other_sides(ids)
        people = {pk: f"{party.name} {present(actor, party.email)}".strip() for pk, party in sides.items()}
        wanted = [row.order_id for row in rows if row.order_id]
        orders = orders_visible_to(actor, now=clock.now()).filter(pk__in=wanted).values_list("pk", "number")
        boxes = {row.pk: row.name for row in reads.mailboxes_visible_to(actor)}
        return MailExtras(people, dict(orders), boxes)

    def row_url(self, row: Mail) -> str:
        """The mail's page."""
        return reverse("service:mail", args=[row.pk])


@require_safe
@allow(permissions.VIEW)
def mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """One mail: what it says, where it is and why, what can be done."""
    actor, now = request.actor, clock.now()
    found = reads.access_mail(actor, mail_id, now=now)
    keeps = actor.may(permissions.MAIL)
    seen = found.order_id and orders_visible_to(actor, now=now).filter(pk=found.order_id).exists()
    context = {
        "bubble": showing.bubble(actor, found, showing.files_of(actor, [found]).get(found.pk, [])),
        "mail": found,
        "full_url": reverse("service:mail", args=[found.pk]),
        "order_url": reverse("service:order", args=[found.order_id]) + "#mails" if seen else "",
        "can_release": keeps and found.status in RETRIED and found.because not in ("size", "bounce"),
        "can_block": keeps and not found.is_out,
    }
    template = "service/mail/mail_panel.html" if request.GET.get("panel") else "service/mail/mail.html"
    return page(request, template, context)


def _act(request: StaffRequest, mail_id: int, said: str, act: Any) -> HttpResponse:
    reads.access_mail(request.actor, mail_id, now=clock.now())
    try:
        act()
    except NotFound:
        raise
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    url = reverse("service:mail", args=[mail_id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_POST
@allow(permissions.MAIL)
def mail_release(request: StaffRequest, mail_id: int) -> HttpResponse:
    """File a mail that was set aside, or read it again."""
    return _act(request, mail_id, _("The mail was taken up again"),
                lambda: deciding.release(actor=request.actor, mail_id=mail_id, now=clock.now()))  # fmt: skip


@require_POST
@allow(permissions.MAIL)
def mail_block(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Block the sender of a mail."""
    reason, whole = request.POST.get("reason", ""), bool(request.POST.get("whole_domain"))
    return _act(request, mail_id, _("The sender is blocked from now on"),
                lambda: deciding.mark_spam(actor=request.actor, mail_id=mail_id, reason=reason, whole_domain=whole,
                                           now=clock.now()))  # fmt: skip


@require_POST
@allow(permissions.WORK)
def mail_again(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Send a mail that failed once more."""
    return _act(request, mail_id, _("The mail is sent again"),
                lambda: deciding.try_again(actor=request.actor, mail_id=mail_id, now=clock.now()))  # fmt: skip


@require_POST
@allow(permissions.WORK)
def mail_doubt(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Say what became of a mail in doubt."""
    went_out, reason = request.POST.get("went_out") == "1", request.POST.get("reason", "")
    return _act(request, mail_id, _("The decision was recorded"),
                lambda: deciding.settle_doubt(actor=request.actor, mail_id=mail_id, went_out=went_out, reason=reason,
                                              now=clock.now()))  # fmt: skip


@require_safe
@allow(permissions.MAIL)
def mail_blocked(request: StaffRequest) -> HttpResponse:
    """Who is kept out, and since when."""
    rows = [{"row": row, "who": row.domain or present(request.actor, row.email)} for row in reads.blocked()]
    return page(request, "service/mail/blocked.html", {"rows": rows})


@require_POST
@allow(permissions.MAIL)
def mail_unblock(request: StaffRequest, blocked_id: int) -> HttpResponse:
    """Let a sender in again."""
    deciding.unblock(actor=request.actor, blocked_id=blocked_id, now=clock.now())
    toast(request, _("The sender is let in again"))
    return HttpResponseRedirect(reverse("service:mail-blocked"))
