"""What the pages of boards hang into the registries (ANA-12)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.views.boards import files, pages, plan, setting
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.wording import add_sentences

_BOARD = _(
    "Figures of your reach or of a unit in it, as the last night counted them, beside the period before, the same "
    "period a year ago and the target of the year. The sign behind a name tells how it is counted; the figure opens "
    "the list behind it. The projection carries this year on as the last two went; four of five such projections "
    "would have stayed within its bounds."
)
_TERMS = _("Who answers for an indicator and its targets by year. A change needs a reason; every version stays.")
HELP = (
    ("analytics:boards", _BOARD),
    ("analytics:board", _BOARD),
    (
        "analytics:indicator",
        _(
            "One indicator: how it is counted, how it went month by month, and the units below, the best first. Each "
            "month opens as the list behind it where there is one; how things stood in the past is in no list."
        ),
    ),
    ("analytics:indicators", _("Every indicator with formula, source, unit and who answers for it.")),
    ("analytics:indicator-set", _TERMS),
    (
        "analytics:board-plan",
        _(
            "Long-term holders and second purchases the plan wants of each of five years, what came, and where the "
            "years to come will probably stand if nothing changes."
        ),
    ),
    ("analytics:board-plan-set", _("The plan of the whole book. A change needs a reason; every version stays.")),
)
SENTENCES = {
    "indicator.owner": _("Nobody has the staff number %(number)s. Check it, or leave the field empty."),
    "indicator.target": _("A target is a number from 0 on, for a year between 2000 and 2100."),
    "indicator.reason": _("Say why it changes: the reason stays with the version."),
    "indicator.unchanged": _("Nothing was changed. Change something, or leave the page."),
    "indicator.too_small": _(
        "Targets are kept for the whole book, branches and sub-branches, not for sales channels or smaller units. "
        "Choose such a unit."
    ),
    "board_plan.whole_book": _("The plan counts for the whole book: only a post that reaches all of it sets it."),
    "board_plan.start": _("Type a first year between 2000 and 2100."),
    "board_plan.base": _("Type how many holders there were, at least one, or leave the field empty."),
    "board_plan.growth": _("Type a growth between -99 and 100 per cent."),
    "board_plan.repeat": _("Type a share between 0 and 100 per cent."),
}
board_urls = [
    path("boards/", pages.board, name="boards"),
    path("boards/plan/", plan.plan, name="board-plan"),
    path("boards/plan/set/", plan.set_plan_page, name="board-plan-set"),
    path("boards/indicators/", pages.definitions, name="indicators"),
    path("boards/indicators/<str:key>/", pages.indicator, name="indicator"),
    path("boards/indicators/<str:key>/set/", setting.set_terms_page, name="indicator-set"),
    path("boards/<str:key>/", pages.board, name="board"),
    path("boards/<str:key>/file.csv", files.board_file, {"form": "csv"}, name="board-csv"),
    path("boards/<str:key>/file.xlsx", files.board_file, {"form": "xlsx"}, name="board-xlsx"),
]


def register() -> None:
    """Fill the registries."""
    add_help(HELP)
    add_sentences(SENTENCES)
    nav_items.add(NavItem("boards", _("Boards"), "analytics:boards", "dashboard", permissions.BOARDS, "analytics", 5))
