"""What staffing hangs into the registries (ANA-14)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import CallForecast
from keyuan.analytics.selectors.staffing.forecasts import access_forecast, titles_of
from keyuan.analytics.services.staffing.forecasting import KIND
from keyuan.kernel.actor import Actor
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences

SENTENCES = {
    "staffing.title": _("Give the forecast a name."),
    "staffing.horizon": _("Choose 1 to %(most)d days ahead."),
    "staffing.file": _("Choose the file of calls, or take the calls of our own book."),
    "staffing.no_calls": _(
        "The last copy of the book knows no calls of customers in your reach. Upload a file instead."
    ),
    "staffing.too_large": _("The file is larger than %(most)d MB. Cut it to the last year."),
    "staffing.too_many_rows": _("The file has %(rows)d rows; at most %(most)d are read. Cut it to the last year."),
    "staffing.columns": _("A day, an interval and the calls are needed; the file has: %(columns)s."),
    "staffing.no_interval": _("Row %(row)d has nothing in the column %(column)s. Fill the interval in."),
    "staffing.too_fine": _("A day has %(count)d intervals; at most %(most)d are planned. Add them up to longer ones."),
    "staffing.too_long": _("The file covers %(days)d days; at most %(most)d are read. Check the dates, or cut it."),
    "staffing.load": _("The calls of the interval %(interval)s are beyond any centre. Check calls and handling time."),
    "staffing.name": _("Give the scenario a name to keep it."),
    "staffing.too_many": _("At most %(most)d scenarios are compared. Take one away first."),
    "staffing.not_own": _("%(by)s made this forecast: only they can take it away."),
}
HELP = (
    (
        "analytics:staffing-list",
        _(
            "Forecasts of calls by interval, from our own call records, from a file of the past, or from expected "
            "calls that you bring. Open one for the staff that it needs."
        ),
    ),
    (
        "analytics:staffing",
        _(
            "Erlang C: the fewest people on calls that keep the promise, then those to plan with shrinkage. Callers "
            "are taken to wait however long, so where patience is short it plans too many. Keep what you type as a "
            "scenario to compare."
        ),
    ),
)


def _labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return titles_of(actor, ids)


def _address(forecast_id: int) -> str:
    return reverse("analytics:staffing", args=[forecast_id])


def _access(actor: Actor, forecast_id: int) -> CallForecast:
    return access_forecast(actor, forecast_id)


def register() -> None:
    """Fill the registries."""
    add_sentences(SENTENCES)
    add_help(HELP)
    label = pgettext_lazy("staffing", "Forecast of calls")
    subject_kinds.add(SubjectKind(KIND, label, _labels, _address, _access))
    nav_items.add(
        NavItem("staffing", _("Staffing"), "analytics:staffing-list", "users", permissions.STAFFING, "analytics", 60)
    )
