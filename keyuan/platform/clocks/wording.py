"""What the calendars are called, and sentences of the clocks."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.clocks.timetables import CalendarDefault, calendar_defaults
from keyuan.platform.wording import add_sentences

OFFICE, DAILY, ALWAYS = "08:30-12:00 13:30-17:30", "08:00-20:00", "00:00-24:00"
SENTENCES = {
    "calendar.year": _("Enter a year from %(least)s to %(most)s."),
    "calendar.other_year": _("%(day)s is not a day of %(year)s. Correct the day or the year."),
    "calendar.both": _("%(day)s stands both as a day off and as a day worked. Take one of the two out."),
    "calendar.not_weekend": _("%(day)s is no Saturday or Sunday: it is worked anyway. Take it out."),
    "calendar.no_holidays": _("Enter the days off of the year, one on each line."),
    "calendar.line": _("Line %(line)s cannot be read. Write a day and what it is, such as “2027-01-01 off”."),
    "calendar.file": _("Choose a text file in UTF-8 of at most 64 KB."),
    "calendar.moved_on": _("Somebody else changed this calendar in the meantime. Look at it anew, then save again."),
    "calendar.unknown": _("There is no such calendar."),
    "calendar.hours": _("“%(text)s” are no opening hours. Write them like 08:30-12:00 13:30-17:30."),
    "calendar.never_open": _("Give at least one weekday opening hours."),
}


def register() -> None:
    """Put the calendars that the code knows and the sentences into their registries."""
    add_sentences(SENTENCES)
    calendar_defaults.add(CalendarDefault("desk", _("Service desk"), (OFFICE,) * 5 + ("", "")))
    calendar_defaults.add(CalendarDefault("hotline", _("Hotline"), (DAILY,) * 7, DAILY))
    calendar_defaults.add(CalendarDefault("round", _("Round the clock"), (ALWAYS,) * 7, ALWAYS))
