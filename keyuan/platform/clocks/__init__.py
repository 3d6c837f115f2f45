"""Clocks of work: business calendars, terms with pauses, warnings and escalation (SRV-2, decision 10).

Claims, contact and service use the same. A clock hangs on a `Subject`; whoever owns subjects of that kind registers a
`ClockKind`, which hears of warnings and overdue terms.
"""

from keyuan.platform.clocks.hours import Hours, Window
from keyuan.platform.clocks.keeping import (
    Ask,
    extend,
    mark,
    restand,
    start,
    start_many,
)
from keyuan.platform.clocks.kinds import Alert, ClockKind, clock_kinds
from keyuan.platform.clocks.ledger import Kind, Mark, Standing, State, Terms, Unit, stand
from keyuan.platform.clocks.timetables import calendar_in_force, hours_of, timetables
from keyuan.platform.models.clock import Clock, ClockSpan

__all__ = [
    "Alert",
    "Ask",
    "Clock",
    "ClockKind",
    "ClockSpan",
    "Hours",
    "Kind",
    "Mark",
    "Standing",
    "State",
    "Terms",
    "Unit",
    "Window",
    "calendar_in_force",
    "clock_kinds",
    "extend",
    "hours_of",
    "mark",
    "restand",
    "stand",
    "start",
    "start_many",
    "timetables",
]
