"""Words for the steps of the ladder."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _


def _step(day: int) -> str:
    if day == 0:
        return _("On the due day")
    count = abs(day)
    return (_("%(days)s days before") if day < 0 else _("%(days)s days after")) % {"days": count}


#: "30 days before", "On the due day", "7 days after"; said in the language of whoever reads it.
step_word: Any = lazy(_step, str)
