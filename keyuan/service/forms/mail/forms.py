"""Forms of mailboxes, of writing a mail, and of blocking (SRV-5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.choosing import offer
from keyuan.service.forms.mail import words
from keyuan.service.forms.orders import Choices, area, indented, one_of
from keyuan.service.rules import kinds

TEXTS = (("zh_hans", "zh-hans", _("simplified Chinese")), ("zh_hant", "zh-hant", _("traditional Chinese")),
         ("en", "en", _("English")))  # fmt: skip


class MailboxForm(forms.Form):
    """A mailbox: what comes, what goes, to whom, and what is said by itself."""

    sections = (
        ("who", _("Address"), ["name", "address", "from_name", "is_active"]),
        (
            "in",
            pgettext_lazy("mail", "Fetching"),
            ["imap_host", "imap_port", "imap_security", "folder", "username", "password", "most_mb", "takes_old"],
        ),
        (
            "out",
            pgettext_lazy("mail", "Sending"),
            ["smtp_host", "smtp_port", "smtp_security", "plus_addresses", "inside_domains"],
        ),
        ("where", _("Where it goes"), ["desk", "category", "owner", "reopen_days", "per_hour", "trusted_checker"]),
        (
            "texts",
            _("Signature and acknowledgement"),
            [f"{what}_{key}" for what in ("signature", "acknowledgement") for key, _code, _word in TEXTS],
        ),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(label=_("Name of the mailbox"), max_length=60)
    address = forms.CharField(label=_("Mail address"), max_length=254, help_text=_("Answers come from this address"))
    from_name = forms.CharField(label=_("Name beside the address"), max_length=60, required=False)
    is_active = forms.BooleanField(label=_("Fetches and sends"), required=False, initial=True)
    imap_host = forms.CharField(label=_("IMAP server"), max_length=200)
    imap_port = forms.IntegerField(label=_("IMAP port"), min_value=1, max_value=65535, initial=993)
    imap_security = one_of(_("Encryption of IMAP"), words.SECURITIES.items())
    folder = forms.CharField(label=_("Folder"), max_length=100, initial="INBOX")
    username = forms.CharField(label=_("User name at the servers"), max_length=200, required=False)
    password = forms.CharField(
        label=_("Password at the servers"), max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed and never shown; leave it empty to keep the one that stands"),
    )  # fmt: skip
    most_mb = forms.IntegerField(label=_("Largest mail (MB)"), min_value=1, max_value=50, initial=25)
    takes_old = forms.BooleanField(
        label=_("Fetch what lies in the folder already"), required=False,
        help_text=_("Otherwise only what comes from now on; counts when a folder is read for the first time"),
    )  # fmt: skip
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=200)
    smtp_port = forms.IntegerField(label=_("SMTP port"), min_value=1, max_value=65535, initial=465)
    smtp_security = one_of(_("Encryption of SMTP"), words.SECURITIES.items())
    plus_addresses = forms.BooleanField(
        label=_("Answers come to name+order number@domain"), required=False,
        help_text=_("Only where the server puts such addresses into this mailbox; try it with a mail of your own"),
    )  # fmt: skip
    inside_domains = forms.CharField(
        label=_("Domains of the house"), max_length=400, required=False,
        help_text=_(
            "Separated by commas. Besides people of the matter, mail goes only to these and to the mailbox's own domain"
        ),
    )  # fmt: skip
    desk = forms.ChoiceField(label=_("Goes to the desk"))
    category = forms.ChoiceField(
        label=_("Category of new orders"), required=False,
        help_text=_("Without one a person classifies each; complaints are always classified by a person"),
    )  # fmt: skip
    owner = forms.CharField(
        label=_("Staff number of who gets them"), max_length=20, required=False,
        help_text=_("Empty: they wait at the desk until somebody takes them"),
    )  # fmt: skip
    reopen_days = forms.IntegerField(
        label=_("Days in which an answer opens a closed order again"), min_value=0, max_value=365, initial=14,
        help_text=_("Later it becomes a new order, linked to the old one"),
    )  # fmt: skip
    per_hour = forms.IntegerField(
        label=_("Mails an hour from one sender"), min_value=1, max_value=1000, initial=20,
        help_text=_("What comes beyond goes to the spam folder"),
    )  # fmt: skip
    trusted_checker = forms.CharField(
        label=_("Name of our checking server"), max_length=120, required=False,
        help_text=_("As it stands first in Authentication-Results; whom it finds forged (dmarc=fail) goes to spam"),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, initial: Any = None, desks: Choices, categories: Sequence[Any]
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        for what, label in (("signature", _("Signature (%s)")), ("acknowledgement", _("Acknowledgement (%s)"))):
            for key, _code, word in TEXTS:
                self.fields[f"{what}_{key}"] = area(label % word, required=False, longest=2000, help_text=_HELP[what])
        offer(self, "desk", desks)
        fit = [row for row in categories if row.kind not in (kinds.COMPLAINT, kinds.REPORT)]
        offer(self, "category", indented(fit), or_nothing=True)


_HELP = {
    "signature": _("Stands below what people write"),
    "acknowledgement": _("Sent once for a new matter; {number}, {title} and {desk} are filled in; empty: none is sent"),
}


class WriteForm(forms.Form):
    """A mail that is being written."""

    mailbox = forms.ChoiceField(label=pgettext_lazy("mail", "From"))
    to = forms.MultipleChoiceField(
        label=pgettext_lazy("mail", "To"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cc = forms.MultipleChoiceField(label=_("Copy to"), required=False, widget=forms.CheckboxSelectMultiple)
    more_to = forms.CharField(
        label=_("Further addresses"), max_length=1000, required=False,
        help_text=_("Of the house, separated by commas"),
    )  # fmt: skip
    more_cc = forms.CharField(label=_("Further addresses for a copy"), max_length=1000, required=False)
    subject = forms.CharField(
        label=pgettext_lazy("mail", "Subject"), max_length=240, required=False,
        help_text=_("The sign in brackets leads the answer back to this order; it is added if it is missing"),
    )  # fmt: skip
    text = area(pgettext_lazy("mail", "Text"), required=False, rows=16, longest=60_000)

    def __init__(
        self, data: Any = None, *, initial: Any = None, mailboxes: Choices, people: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data, initial=initial)
        offered = list(people)
        offer(self, "mailbox", mailboxes)
        offer(self, "to", offered)
        offer(self, "cc", offered)
        if not offered:
            del self.fields["to"], self.fields["cc"]
        if len(list(mailboxes)) == 1:
            self.fields["mailbox"].widget = forms.HiddenInput()


def listed(text: str) -> list[str]:
    """Return addresses that somebody wrote behind each other."""
    for sign in ("，", ";", "；", "、", "\n"):
        text = text.replace(sign, ",")
    return [part.strip() for part in text.split(",") if part.strip()]
