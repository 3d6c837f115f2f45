"""What the pages of the service desk say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "service:order-list",
        _(
            "Open orders of your customers and desks, the nearest deadline first; orders that wait for the "
            "customer stand last. Take one by its button or with the key A, or take the next one. Red is overdue,"
            " amber nearly."
        ),
    ),
    (
        "service:board",
        _(
            "Open, untaken and overdue orders by desk. Press for an overdue one by its button, or hand orders on "
            "in the list."
        ),
    ),
    (
        "service:order-calendar",
        _(
            "What ends when: the next deadline of every open order of the list, with its filters, and the last days of "
            "follow-ups in reach. A day leads to its agenda. Orders that stand still have no deadline."
        ),
    ),
    (
        "service:complaint-figures",
        _(
            "Complaints of a quarter as the regulator counts them, by category, line, cause and source. Merged "
            "ones count once."
        ),
    ),
    (
        "service:clusters",
        _(
            "Complaints of several customers that resemble each other: letters of one template, one number to call "
            "back, one proxy. It is a sign, no verdict: say whether they are one group. Names, amounts and dates do "
            "not hide a template."
        ),
    ),
    (
        "service:settings",
        _(
            "Desks with their people, rules by which orders find them, terms, categories and canned answers. "
            "Changes hold for orders taken in from then on."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
