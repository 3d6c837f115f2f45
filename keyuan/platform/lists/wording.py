"""What lists register: the sentences of their codes, the list of exports, the clean-up in the timetable."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.chrome import AccountItem, account_items
from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.platform.lists.spec import lists
from keyuan.platform.lists.views.export_list import ExportList
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.wording import add_sentences


def register() -> None:
    """Word the codes of lists and put the nightly clean-up into the timetable."""
    add_sentences(
        {
            "preference.unsound": _("This setting could not be kept."),
            "form.token": _("This form is no longer valid. Open it again."),
            "list.view_name": _("Give the view a name of at most %(most)s characters."),
            "list.view_name_taken": _("You have a view named “%(name)s” already. Choose another name."),
            "list.view_audience": _("Choose who sees the view."),
            "list.too_many_views": _("You have %(most)s views of this list. Delete one before you save another."),
            "list.out_of_reach": _("Does not exist any more, or is not within your reach"),
            "list.nothing_selected": _("Nothing is selected. Tick some rows first."),
            "list.too_many_ticked": _("Tick at most %(most)s rows, or select all."),
            "list.selection_running": _("The selection is still being counted. Wait until it is complete."),
            "list.selection_gone": _("This selection has expired. Select the rows again."),
            "list.undo_moved_on": _("This action is still running or was taken back already."),
            "list.undo_too_late": _("The time to take this action back is over."),
            "export.reason": _("State why you need this file, in at most 200 characters."),
            "export.format": _("Choose a file format."),
            "export.too_many": _(
                "More than %(limit)s rows need an approval, which cannot be asked for yet. Narrow the list by filters."
            ),
            "export.expired": _("This file has expired. Export the list again."),
        }
    )
    lists.add(ExportList())
    account_items.add(AccountItem("exports", _("My exports"), "download", "platform:export-list", EXPORT_RUN, order=40))
    schedules.add(
        ScheduleSpec(
            "lists.expire",
            _("Delete expired exports"),
            "keyuan.platform.lists.jobs.expire",
            "40 3 * * *",
        )
    )
