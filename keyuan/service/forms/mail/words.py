"""What codes of mail are called, and the sentences of refusals (SRV-5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.wording import add_sentences

#: Status of a mail: word and tone.
STATES: dict[str, tuple[Any, str]] = {
    "FETCHED": (pgettext_lazy("mail", "Being filed"), ""),
    "FILED": (pgettext_lazy("mail", "Filed"), "ok"),
    "SPAM": (pgettext_lazy("mail", "Spam"), "warn"),
    "QUARANTINE": (pgettext_lazy("mail", "Quarantine"), "bad"),
    "IGNORED": (pgettext_lazy("mail", "Set aside"), ""),
    "QUEUED": (pgettext_lazy("mail", "Waits to be sent"), ""),
    "SENDING": (pgettext_lazy("mail", "Being sent"), ""),
    "SENT": (pgettext_lazy("mail", "Sent"), "ok"),
    "BOUNCED": (pgettext_lazy("mail", "Came back"), "bad"),
    "FAILED": (pgettext_lazy("mail", "Not sent"), "bad"),
    "CANCELLED": (pgettext_lazy("mail", "Stopped"), ""),
    "UNKNOWN": (pgettext_lazy("mail", "In doubt"), "warn"),
    "DRAFT": (pgettext_lazy("mail", "Draft"), ""),
}
#: Why a mail is where it is.
BECAUSE: dict[str, Any] = {
    "own": _("Sent by one of our own mailboxes"),
    "double": _("Came a second time"),
    "blocked": _("The sender is blocked"),
    "flag": _("Marked as spam by the mail server"),
    "forged": _("The mail server found the sender forged"),
    "rate": _("More mails within an hour than the mailbox takes from one sender"),
    "automatic": _("Written by a program, about no open matter"),
    "bounce": _("Report of a mail that came back"),
    "bounce_unknown": _("Report of a mail that we did not send"),
    "size": _("Larger than the mailbox takes; only its head was fetched"),
    "unreadable": _("Cannot be read"),
    "unfiled": _("No work order could be made of it"),
    "infected": _("The virus scan found something"),
    "later": _("The server wants it later; it is tried again"),
    "gave_up": _("All tries failed"),
    "refused": _("The server refused it"),
    "bad_address": _("There is no such mailbox"),
    "no_answer": _("The server did not answer; nobody knows whether it went out"),
    "lost": _("The program was ended while it was sent; nobody knows whether it went out"),
    "again": pgettext_lazy("mail", "Sent again by hand"),
    "permit.not_open": _("The permit was taken back"),
    "permit.run_out": _("The permit ran out"),
    "file.infected": _("The virus scan found something"),
}
SWITCHED_OFF = _("The mailbox is switched off; it leaves when it is switched on")
KINDS: dict[str, Any] = {
    "REPLY": pgettext_lazy("mail", "Reply"),
    "REPLY_ALL": pgettext_lazy("mail", "Reply to all"),
    "FORWARD": pgettext_lazy("mail", "Pass on"),
    "NEW": pgettext_lazy("mail", "New mail"),
    "NOTICE": pgettext_lazy("mail", "Written answer"),
    "ACK": pgettext_lazy("mail", "Acknowledgement"),
}
SECURITIES: dict[str, Any] = {
    "tls": _("TLS from the start"),
    "starttls": _("STARTTLS"),
    "none": _("Not encrypted"),
}
#: What went wrong with a server.
FAULTS: dict[str, Any] = {
    "name": _("The name of the server leads nowhere"),
    "address": _("The server stands at an address that is not public; allow it in KEYUAN_MAIL_ALLOWED"),
    "connect": _("The server does not answer at this port"),
    "timeout": _("The server did not answer in time"),
    "tls": _("The encryption of the server is not trusted"),
    "auth": _("User name or password is wrong"),
    "folder": _("There is no such folder"),
    "broken": _("The connection broke"),
    "closed": _("The connection broke"),
    "protocol": _("The server speaks otherwise than expected"),
}
LINES = {
    "mail_came": pgettext_lazy("mail", "Mail came"),
    "notice_queued": _("The decision will be mailed"),
    "notice_no_address": _("Not mailed: no usable address"),
    "notice_no_mailbox": _("Not mailed: no mailbox sends"),
    "notice_refused": _("Not mailed: the customer may not be written to"),
    "mail_sent": pgettext_lazy("mail", "Mail sent"),
    "mail_bounced": pgettext_lazy("mail", "Mail came back"),
    "mail_failed": pgettext_lazy("mail", "Mail not sent"),
    "customer_named": _("Customer named"),
}
SENTENCES = {
    "mail.not_found": _("This mail does not exist, or is out of your reach."),
    "mail.kind": _("Choose what kind of mail to write."),
    "mail.no_mailbox": _("No mailbox sends at present. Ask the administrator to set one up."),
    "mail.moved_on": _("Somebody was faster, or the mail is not in this state any more. Look at it anew."),
    "mail.empty": _("Write the text of the mail."),
    "mail.long": _("The text is too long: at most %(most)s characters."),
    "mail.nobody": _("Choose at least one recipient."),
    "mail.too_many": _("At most %(most)s recipients. Take some out."),
    "mail.stranger": _(
        "%(address)s takes no part in this matter and is not of the house. Take the address out, or have its domain "
        "added to the mailbox."
    ),
    "mail.not_allowed": _("The customer may not be written to at present (%(because)s). See consents and contacts."),
    "mail.left_already": _("The mail has left already."),
    "mail.other_draft": _("You are writing another mail in this order. Send it or throw it away first."),
    "mail.cannot_release": _("This mail cannot be filed. Ask the sender to send it again, smaller."),
    "mail.no_raw": _("The mail as it came is not kept any more."),
    "mail.no_sender": _("This mail has no sender who could be blocked."),
    "mail.customer_known": _("The order has a customer already. Look at it anew."),
    "mailbox.not_found": _("This mailbox does not exist, or is out of your reach."),
    "mailbox.address_taken": _("Another mailbox has this address."),
    "mailbox.name": _("Enter a name."),
    "mailbox.imap_host": _("Enter the server from which mail is fetched."),
    "mailbox.smtp_host": _("Enter the server by which mail is sent."),
    "mailbox.folder": _("Enter the folder, usually INBOX."),
    "mailbox.security": _("Choose how the connection is encrypted."),
    "mailbox.port": _("Enter a port between 1 and 65535."),
    "mailbox.category": _(
        "Choose a category that is in use, and none of complaints or reports: a person decides on those."
    ),
    "order.mail_came": _("Mail came to %(number)s %(title)s."),
    "order.not_mailed": _("The decision on %(number)s %(title)s could not be mailed; please tell the customer."),
    "order.mail_bounced": _("A mail of %(number)s %(title)s came back."),
    "order.mail_failed": _("A mail of %(number)s %(title)s could not be sent."),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
