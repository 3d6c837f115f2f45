"""What runs and steps are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.extensions import features, steps
from keyuan.analytics.services.night.running import EXTRACT
from keyuan.analytics.services.night.starting import PROGRAM
from keyuan.platform.wording import add_sentences

STATUSES: dict[str, tuple[Any, str]] = {
    "RUNNING": (pgettext_lazy("night run", "Under way"), "accent"),
    "DONE": (pgettext_lazy("night run", "Finished"), "ok"),
    "FAILED": (pgettext_lazy("night run", "Stopped"), "bad"),
}
SENTENCES = {
    "night.busy": _("A night run is under way. Wait for its end, then try again."),
    "night.no_snapshot": _(
        "There is no copy of the book of %(day)s. Take a day of which a snapshot is kept, or today."
    ),
}


def label_of(key: str) -> Any:
    """Return what a step is called; a step that was taken out keeps its key."""
    if key == EXTRACT:
        return _("Copy of the book")
    found = features.get(key) or steps.get(key)
    return found.label if found else key


def starter(name: str) -> Any:
    """Return who started a run: a person's name, or the program's in words."""
    return _("Night run") if name == PROGRAM else name


def register() -> None:
    """Give the sentences to the system."""
    add_sentences(SENTENCES)
