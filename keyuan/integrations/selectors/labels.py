"""Words of connectors and deliveries, with the tone of each state."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.integrations.models import Connector, Delivery

State = Delivery.State
STATES: dict[str, tuple[Any, str]] = {
    State.LATE: (pgettext_lazy("delivery", "Overdue"), "bad"),
    State.WAITING: (pgettext_lazy("delivery", "Waiting for files"), "warn"),
    State.LOADING: (pgettext_lazy("delivery", "Being loaded"), "accent"),
    State.LOADED: (pgettext_lazy("delivery", "Loaded"), "ok"),
    State.DIFFERENT: (pgettext_lazy("delivery", "Loaded with differences"), "bad"),
    State.QUARANTINED: (_("In quarantine"), "bad"),
    State.REJECTED: (pgettext_lazy("delivery", "Rejected"), "off"),
    State.REPLACED: (pgettext_lazy("delivery", "Replaced by a correction"), "off"),
}
GAPS = {Connector.Gap.HOLD: _("Hold later deliveries back"), Connector.Gap.LOAD: _("Load them all the same")}
DUE_DAYS = {Connector.Days.WORKING: _("Working days"), Connector.Days.EVERY: _("Every day")}
SETTINGS = {
    "folder": _("Exchange folder"),
    "read_only": _("Read only: leave the files where they are"),
    "host": _("Host"),
    "port": _("Port"),
    "user": _("Account"),
    "known_hosts": _("File of known hosts"),
    "key_file": _("Key file"),
    "password_file": _("Password file"),
}
#: How a connector stands, by what weighs most.
HEALTHS: dict[str, tuple[Any, str]] = {
    "paused": (_("Paused"), "off"),
    "trouble": (_("Cannot work"), "bad"),
    "quarantined": (pgettext_lazy("connector", "Waits for a decision"), "bad"),
    "late": (pgettext_lazy("delivery", "Overdue"), "bad"),
    "running": (pgettext_lazy("connector", "At work"), "accent"),
    "waiting": (pgettext_lazy("connector", "Waits for files"), "warn"),
    "well": (pgettext_lazy("connector", "In order"), "ok"),
}
