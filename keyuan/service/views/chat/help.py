"""What the pages of web chat say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

HELP = (
    (
        "service:chats",
        _(
            "Choose “Online” and you get whom you can serve, the longest waiting first, up to your limit. Enter sends; "
            "canned answers are put into the text before they are sent. Numbers of cards and phones are masked. "
            "“End and file” makes the work order. Offline gives what you have back to the queue."
        ),
    ),
    (
        "service:chat-list",
        _("All conversations in your reach, with who answered, how long it took and how it was judged."),
    ),
    (
        "service:chat-board",
        _(
            "Who waits, who is there and how much each has in hand. Open a conversation to read along, whisper to the "
            "colleague or take it over with a reason."
        ),
    ),
    (
        "service:chat-settings",
        _(
            "Hours, limits and texts of web chat. Outside its hours visitors leave a message, which becomes a work "
            "order."
        ),
    ),
)
