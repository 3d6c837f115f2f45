"""What the pages of contacting customers say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "contact:permit-list",
        _(
            "Every permission to contact a customer: who asked, for what purpose, by which way, whether it "
            "was granted, used or refused, and why. Nothing reaches a customer without one."
        ),
    ),
    (
        "contact:refusal-list",
        _(
            "Who does not want to be contacted, for what and until when. Entries take effect at once for "
            "calls, messages and lists; lifting one needs the customer's word."
        ),
    ),
    (
        "contact:reservation-list",
        _("Customers who are reserved for one campaign or person for a while, so that nobody else approaches them."),
    ),
    (
        "contact:statistics",
        _(
            "How many contacts were refused, for which reason, in which units and ways: where budgets are too "
            "tight, hours wrong or consents missing."
        ),
    ),
    (
        "contact:rules",
        _(
            "How often and when customers may be contacted, for which purposes, and which purpose goes first. "
            "A change is kept with its reason and holds for the next permit."
        ),
    ),
    (
        "contact:outbox",
        _(
            "Messages on their way: waiting, sent, delivered, failed or stopped by a withdrawal. Failed ones "
            "can be sent again or given up with a reason."
        ),
    ),
    (
        "contact:templates",
        _(
            "Texts of messages with their places, purposes and ways. A new version is checked by another "
            "person before it is used."
        ),
    ),
    (
        "contact:providers",
        _(
            "Through whom mails, short messages and WeChat Work messages go, whether they answer, and what "
            "they cost today."
        ),
    ),
    (
        "contact:privacy-requests",
        _(
            "Requests of customers about their data: to see, copy, correct or delete them. Each has "
            "a deadline; what the law makes us keep is listed with its reason."
        ),
    ),
    (
        "contact:retention",
        _(
            "How long each kind of record is kept and what the next run would delete or anonymise. Try it "
            "first: a dry run changes nothing."
        ),
    ),
    (
        "contact:overused-list",
        _(
            "Customers who were contacted most in the last 30 days, with what was refused: spare them. "
            "Counted every night."
        ),
    ),
    (
        "contact:unused-list",
        _(
            "Customers whom nobody has contacted for long, the oldest contact first. Tick some and reserve "
            "them for a unit or post."
        ),
    ),
    (
        "contact:rules-edit",
        _(
            "Change caps, quiet hours, rest days and terms. Preview says how the latest asks would have been "
            "answered; a change takes a reason and begins at once."
        ),
    ),
    (
        "contact:purpose-list",
        _(
            "What data is used for: the lawful basis, the fields it may use at most, its channels, and the "
            "texts customers agree to."
        ),
    ),
    (
        "contact:purpose",
        _(
            "One purpose with its fields, channels and consent texts in each language. Texts that somebody "
            "agreed to never change; add a new version instead."
        ),
    ),
    (
        "contact:template",
        _(
            "One text with its versions. Edit begins the next version; a second person approves it, and only "
            "then it is used."
        ),
    ),
    (
        "contact:message",
        _(
            "One message with its tries and what the provider said. In doubt: ask the provider or the "
            "customer, then say what became of it."
        ),
    ),
    (
        "contact:bounces",
        _(
            "Read a file of bounced mail from the mail server. Each row counts once; after three hard "
            "failures the address is marked as dead."
        ),
    ),
    (
        "contact:provider",
        _(
            "One way for messages to leave: settings, rate, health and test. Secrets stand in files and are "
            "never shown."
        ),
    ),
    (
        "contact:message-policy",
        _(
            "What counts for all messages: company, sign, way out, hotline, prohibited words, and how long a "
            "message is tried."
        ),
    ),
    (
        "contact:privacy-request",
        _(
            "Check the identity first. Then do what is asked, stop the clock while the customer has to act, "
            "and answer or refuse with a reason before the due day."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
