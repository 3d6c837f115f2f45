"""What mail hangs into the contexts below, and into the page of an order (SRV-5)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.service import permissions
from keyuan.service.forms import words as order_words
from keyuan.service.forms.mail import words
from keyuan.service.models import Mail
from keyuan.service.selectors.mail.mails import access_mail, mails_visible_to
from keyuan.service.services.mail import keeping
from keyuan.service.services.mail.common import KIND
from keyuan.service.views.mail.log import MailList

HELP = (
    (
        "service:mail-list",
        _(
            "Every mail that came and went. Look into spam and quarantine every day: what is wanted is released and "
            "becomes a work order; what is not can be blocked."
        ),
    ),
    (
        "service:mailboxes",
        _(
            "Addresses from which mail is fetched every minute and by which answers leave. Try the connection after "
            "each change; a mailbox that fails rests and goes on by itself."
        ),
    ),
    (
        "service:mail-write",
        _(
            "Recipients are the people of this matter and the addresses on record; others must be of the house. What "
            "you write is kept; after sending there are ten seconds to take it back."
        ),
    ),
)
PROGRAMS = {"mail": _("Mail of the service desk")}


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    name_programs(PROGRAMS)
    words.register()
    keeping.register()
    order_words.LINES.update(words.LINES)  # type: ignore[attr-defined]  # a dictionary until all areas are in
    subject_kinds.add(SubjectKind(KIND, _("E-mail"), labels, address, access))
    lists.add(MailList())
    add_help(HELP)
    for item in (
        NavItem("service_mails", _("Mail log"), "service:mail-list", "mail", permissions.MAIL, "service", 14),
        NavItem("mailboxes", _("Mailboxes"), "service:mailboxes", "inbox", permissions.MAILBOXES, "service", 91),
    ):
        nav_items.add(item)


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name mails of the log by their subject."""
    rows = mails_visible_to(actor).filter(pk__in=ids).values_list("pk", "subject")
    return {pk: subject or f"#{pk}" for pk, subject in rows}


def address(mail_id: int) -> str:
    """Return the page of a mail."""
    return reverse("service:mail", args=[mail_id])


def access(actor: Actor, mail_id: int) -> Mail:
    """Return the mail; raises NotFound out of reach."""
    return access_mail(actor, mail_id, now=clock.now())
