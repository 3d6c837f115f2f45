"""What the pages of call-backs say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

HELP = (
    (
        "service:follow-up-list",
        _(
            "New life contracts over a year are called back within the cooling-off period, whose last day stands in "
            "the list. “Call the next one” gives you what was agreed for now, then re-checks, then the nearest last "
            "day. In the quiet hours of the contact rules only agreed calls are given out."
        ),
    ),
    (
        "service:follow-up",
        _(
            "Take the call, begin it for the permit, open the number by its eye, and ask the questions; every answer "
            "is kept at once. Only the policyholder counts, by the whole date of birth. An answer that is not as "
            "required makes a problem: it opens a work order and comes back to be checked when that is done."
        ),
    ),
    (
        "service:follow-up-figures",
        _(
            "Of the contracts whose receipt was signed in the month and that are to be called back, how many were "
            "called back within the cooling-off period. Cancelled contracts do not count. By way: who was asked, "
            "opened the link and answered. Each figure leads to its list."
        ),
    ),
    (
        "service:follow-up-plans",
        _(
            "A plan says what sets follow-ups going, for whom, by when and with which questionnaire. One person "
            "writes, another one publishes; what is in force stays until then. Published questionnaires never change: "
            "begin a new version. By text message, mail or WeChat the customer gets a link to the questions; who does "
            "not answer in time, or cannot be reached so, is asked by the next way, and at last by phone."
        ),
    ),
    (
        "service:follow-up-archive",
        _("Every call-back and follow-up there has been, with when it was done and whether that was in time."),
    ),
)
