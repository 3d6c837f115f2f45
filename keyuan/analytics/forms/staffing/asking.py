"""Forms of staffing: a new forecast, and how calls are to be answered (ANA-14)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.models import CallForecast
from keyuan.analytics.rules.staffing.planning import Wish
from keyuan.analytics.services.staffing.forecasting import LONGEST, SHOWN
from keyuan.analytics.services.staffing.reading import MEGABYTE, MOST_BYTES

HUNDRED = 100
Source = CallForecast.Source
SOURCES: Mapping[str, Any] = {
    Source.BOOK: _("Calls of our own book"),
    Source.PAST: _("A file of past calls"),
    Source.GIVEN: _("A file of expected calls"),
}
SLOTS = {"15": _("15 minutes"), "30": _("30 minutes"), "60": _("60 minutes")}
STATUSES: Mapping[str, tuple[Any, str]] = {
    "PENDING": (pgettext_lazy("staffing", "Being reckoned"), "accent"),
    "READY": (pgettext_lazy("staffing", "Ready"), "ok"),
    "FAILED": (pgettext_lazy("staffing", "Not possible"), "bad"),
}
FILE_HINT = _("CSV or TSV with a day, an interval (09:00 or a number) and the calls in each row; at most %(most)d MB.")


class ForecastForm(forms.Form):
    """What is to be forecast from what."""

    title = forms.CharField(label=pgettext_lazy("staffing", "Name"), max_length=SHOWN)
    source = forms.ChoiceField(
        label=pgettext_lazy("staffing", "From"), choices=list(SOURCES.items()), widget=forms.RadioSelect
    )
    file = forms.FileField(label=pgettext_lazy("staffing", "File of calls"), required=False)
    minutes = forms.ChoiceField(
        label=_("Interval, for calls of our own book"), choices=list(SLOTS.items()), initial="30"
    )
    horizon = forms.IntegerField(label=_("Days ahead"), min_value=1, max_value=LONGEST, initial=14)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = FILE_HINT % {"most": MOST_BYTES // MEGABYTE}


class WishForm(forms.Form):
    """How calls are to be answered; shares in per cent."""

    handling = forms.FloatField(label=_("Handling time (s)"), min_value=1, max_value=7200)
    share = forms.FloatField(label=_("Answered in time (%)"), min_value=1, max_value=99.9)
    seconds = forms.FloatField(label=_("In time means within (s)"), min_value=0, max_value=3600)
    shrinkage = forms.FloatField(label=_("Shrinkage (%)"), min_value=0, max_value=90)
    occupancy = forms.FloatField(label=_("Busy at most (%)"), min_value=10, max_value=100)

    @property
    def wish(self) -> Wish:
        """What was typed; only of a valid form."""
        data = self.cleaned_data
        shares = {name: data[name] / HUNDRED for name in ("share", "shrinkage", "occupancy")}
        return Wish(handling=data["handling"], seconds=data["seconds"], **shares)


class ScenarioForm(WishForm):
    """The same under a name."""

    name = forms.CharField(label=_("Keep as scenario"), max_length=40, required=False)


def typed(wish: Wish) -> dict[str, str]:
    """Return a wish as it is typed, for addresses and forms."""
    return {
        "handling": f"{wish.handling:g}",
        "share": f"{wish.share * HUNDRED:g}",
        "seconds": f"{wish.seconds:g}",
        "shrinkage": f"{wish.shrinkage * HUNDRED:g}",
        "occupancy": f"{wish.occupancy * HUNDRED:g}",
    }
