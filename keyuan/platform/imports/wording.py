"""Sentences of the codes that imports raise: what is wrong, and what to do."""

from django.utils.translation import gettext_lazy as _

#: What happens to a row that looks like a record the book has.
DECISIONS = {
    "create": _("Create anyway"),
    "update": _("Update the record"),
    "skip": _("Leave the row out"),
}
SENTENCES = {
    "import.not_found": _("This import does not exist, or it is not within your reach."),
    "import.empty": _("The file holds no row under its header. Choose another file."),
    "import.old_excel": _("This is an old Excel workbook (.xls). Save it as .xlsx or as CSV UTF-8 and send it again."),
    "import.format": _("This is no table. Send CSV, TSV (plain or gzip) or XLSX."),
    "import.file_large": _("The file is larger than %(megabytes)d MB. Divide it, or compress it with gzip."),
    "import.too_large": _("Unpacked, the file is larger than %(megabytes)d MB. Divide it into several files."),
    "import.gzip_truncated": _("The compressed file ends too early: it was cut off on its way. Send it again."),
    "import.gzip_broken": _("The compressed file is damaged. Compress it again and send it once more."),
    "import.encoding": _(
        "The text is neither of these encodings: %(encodings)s (byte %(byte)d cannot be read). "
        "Save the file as CSV UTF-8 and send it again."
    ),
    "import.encoding_row": _("Row %(row)d holds signs that cannot be read. Save the file as CSV UTF-8."),
    "import.nul": _("Row %(row)d holds zero bytes, so this is no plain text. Save the file as CSV UTF-8."),
    "import.quotes": _(
        "Row %(row)d has quotation marks that do not close. Save the file as CSV anew, or correct the row."
    ),
    "import.cell_huge": _(
        "Row %(row)d, column %(column)d: the cell is longer than %(limit)d signs. "
        "Look for a quotation mark that is not closed, or shorten the cell."
    ),
    "import.columns": _(
        "Row %(row)d has more than %(limit)d columns. Choose the right separator, or divide the table."
    ),
    "import.rows": _("The file holds more than %(limit)d rows. Divide it into several files."),
    "import.workbook_large": _("The workbook is larger than %(megabytes)d MB. Save the sheet as CSV UTF-8."),
    "import.workbook_bomb": _(
        "The workbook unpacks to far more than a table needs (limit %(megabytes)d MB) and was refused. "
        "Save the sheet as CSV UTF-8."
    ),
    "import.workbook_broken": _("The workbook is damaged or protected by a password. Save it anew without a password."),
    "import.expired": _("The file was removed when its time was over. Send it again."),
    "import.target": _("Choose what is imported."),
    "import.source": _("Name the source in at most %(limit)d signs: records are found again by it."),
    "import.currency": _("Give the currency as three letters, such as CNY."),
    "import.unit": _("Choose a unit within your reach: new records belong to it."),
    "import.rule": _("This rule cannot be understood (%(parts)s). It needs exactly one source."),
    "import.rule_number": _("Factor and offset must be numbers, such as 0.73549875."),
    "import.field_unknown": _("The target has no such field."),
    "import.column_missing": _("The file has no column %(columns)s. Choose another one."),
    "import.field_required": _("This field is required: choose a column or a fixed value."),
    "import.key_missing": _("Nothing tells the rows apart. Choose the column that holds their key."),
    "import.mapping_json": _("The mapping is no valid JSON (line %(line)d)."),
    "import.mapping_unknown": _("There is no mapping %(name)s for this target."),
    "import.actor_unknown": _("No active person with staff number %(staff_no)s holds a post."),
    "import.file_missing": _("There is no file %(path)s."),
    "import.file_folder": _("%(path)s is a folder, not a file."),
    "import.file_forbidden": _("The file %(path)s may not be opened by this account."),
    "import.file_unopened": _("%(path)s cannot be opened: %(why)s."),
    "import.mapping_no_json": _("%(path)s holds no mapping in JSON."),
    "import.mapping_needed": _("No known mapping fits the file. Name one with --mapping."),
    "import.under_way": _("This import is under way. Wait for its end, or cancel it first."),
    "import.not_under_way": _("Nothing of this import is under way."),
    "import.busy": _("%(who)s is importing %(file)s from the same source. Try again when that import has ended."),
    "import.half_written": _(
        "All or nothing: writing has begun and cannot be left half done. Pause it, or let it come to its end."
    ),
    "import.all_or_nothing": _(
        "%(refused)d rows are wrong, so nothing was written. Correct them and send the file again."
    ),
    "import.nothing_refused": _("No row was refused."),
    "import.checking": _("Checking the rows"),
    "import.writing": _("Writing the rows"),
    "import.cells": _(
        "The row has %(found)d cells, the header %(expected)d. Look for a missing or unquoted separator."
    ),
    "import.contradiction": _("Row %(other)d has the same key and says something else. Keep the right one of them."),
    "import.cell_long": _("The cell is %(length)d signs long, %(limit)d are allowed. Shorten it."),
    "import.required": _("This field is required and empty."),
    "import.key_empty": _("The key is empty: the row could not be found again. Fill it in."),
    "import.key_long": _("The key is longer than %(limit)d signs. Use a shorter one."),
    "import.text_long": _("The text is %(length)d signs long, %(limit)d are allowed. Shorten it."),
    "import.text_control": _("The text holds control signs. Remove them."),
    "import.number": _("This is no number. Write figures with a point, such as 1,234.5."),
    "import.number_range": _("The number must lie between %(least)s and %(most)s."),
    "import.fraction": _("A whole number is wanted here. Correct it, or let the mapping round it."),
    "import.date_pattern": _(
        "This is no date with the year first, such as 2025-03-08. Name its format in the mapping."
    ),
    "import.date_unreal": _("There is no such day. Correct the date."),
    "import.word": _("This word is not known here. Map it to one of: %(known)s."),
    "import.flag": _("Write yes or no here."),
    "import.out_of_reach": _("This record is not within your reach. Ask the unit that serves it to import it."),
    "import.agent_unknown": _("No agent within your reach has this number. Correct it, or leave it empty."),
    "import.policy_unknown": _("There is no such policy within your reach. Import the policies first."),
    "import.policy_no_taken": _(
        "Another policy of this source bears this number already. Correct the number or the key."
    ),
    "import.likely_rows": _("At most %(limit)d rows can be decided at once. Decide for all of them, or in parts."),
    "import.likely_row": _("Row %(row)d looks like no record of the book. Check the file again."),
    "import.likely_decision": _("Choose whether the row creates a record, updates the one it is like, or is left out."),
    "import.likely_record": _("Row %(row)d is not like that record. Choose one of those shown beside it."),
    "import.likely_stage": _(
        "Rows are decided after the check and before the import. Check the file again, then decide."
    ),
    "import.likely_gone": _(
        "The record that this row was to update is not like it any more. Check the file again, then decide anew."
    ),
    "import.product_unknown": _(
        "The catalogue has no product %(product)s. Enter it first, or let the mapping create it."
    ),
}
