"""Sentences of what can be wrong with an analyst's file (ANA-6, ANA-7, ANA-14)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "table.missing": _("There is no file %(file)s. Check the path."),
    "table.folder": _("%(file)s is a folder. Name a file."),
    "table.unwritable": _("%(file)s cannot be written: %(reason)s. Name a folder that you may write to."),
    "table.workbook": _("%(file)s is a workbook. Save its sheet as CSV UTF-8 and name that file."),
    "table.parquet": _("The file %(file)s cannot be read as Parquet: %(reason)s. Write it anew."),
    "table.column_unnamed": _(
        "Column %(place)d of %(file)s has no name in the first line. Name it, or say --no-header where that is offered."
    ),
    "table.columns_twice": _("The column %(column)s stands twice in %(file)s. Give each column a name of its own."),
    "table.ragged": _(
        "Row %(row)d has %(cells)d cells, but the table has %(columns)d columns. Correct the row, or put cells that"
        " hold the separator into quotation marks."
    ),
    "table.column_missing": _(
        "The file has no column %(column)s; did you mean %(near)s? It has these columns: %(columns)s."
    ),
    "table.not_number": _(
        "Row %(row)d, column %(column)s: this is no number (%(count)d such rows). Correct the cells or leave the rows"
        " out."
    ),
    "table.not_date": _(
        "Row %(row)d, column %(column)s: this is no day (%(count)d such rows). Write days as 2010-05-31."
    ),
}


def register() -> None:
    """Say what is refused."""
    add_sentences(SENTENCES)
