"""What the pages of the platform say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "platform:audit-list",
        _(
            "Who did what, when and why, sealed so that nothing can be taken out unnoticed. Filter by person, "
            "record or day; an event shows what stood before and after."
        ),
    ),
    (
        "platform:import-list",
        _(
            "Files of customers, policies, payments or claims. An import is checked before it writes; refused "
            "rows can be downloaded, corrected and sent again."
        ),
    ),
    (
        "platform:jobs",
        _(
            "What runs in the background, what failed and the timetable of the night. Failed work can be "
            "started again; it goes on where it stopped."
        ),
    ),
    (
        "platform:system",
        _(
            "Whether the parts of the system are well, what is slow and what waits. Each figure says what to "
            "do when it turns red."
        ),
    ),
    (
        "platform:backup-list",
        _(
            "Copies of the whole system and whether each was proved by restoring it. A backup that was never "
            "restored is no backup."
        ),
    ),
    (
        "platform:calendars",
        _(
            "Which days are off, which weekends are worked in exchange, and when each desk is open. Load the year as "
            "soon as it is published: deadlines in working time follow it."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
