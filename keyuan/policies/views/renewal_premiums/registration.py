"""What renewal premiums hang into the registries."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.views.renewal_premiums.lists import RenewalPremiumList

HELP = (
    (
        "policies:renewal-premiums",
        _(
            "Premiums of contracts in force from 30 days before the due day until the end of grace. Each stands on a "
            "step of the ladder; the badges say what was done on which step. Send reminders in bulk, or open a row to "
            "note a call or a promise to pay. What is paid leaves the list by itself."
        ),
    ),
)
SENTENCES = {
    "premium.nothing_due": _("No premium is due that the ladder is about; nothing was done."),
    "premium.no_holder": _("The contract names no policyholder to write to."),
    "premium.no_template": _("There is no approved template for this step; ask whoever keeps the templates."),
    "premium.promise_range": _("Enter the promised day: today or at most %(days)s days ahead."),
    "premium.empty_note": _("Write the note."),
    "premium.act_not_found": _("This note does not exist, or it is not within your reach."),
    "premium.not_yours": _("Only what you noted yourself can be taken back; messages cannot."),
    "premium.ladder_range": _("A ladder has at most %(most)s days, none more than %(days)s days from the due day."),
    "premium.no_such_step": _("Choose steps of the ladder."),
}


def register() -> None:
    """Fill the registries."""
    lists.add(RenewalPremiumList())
    add_sentences(SENTENCES)
    name_programs({"premium reminders": _("Reminders of premiums")})
    nav_items.add(
        NavItem(
            "renewal-premiums", _("Renewal premiums"), "policies:renewal-premiums", "calendar-due",
            permissions.VIEW, "customers", 31, phone=True,
        )
    )  # fmt: skip
    add_help(HELP)
