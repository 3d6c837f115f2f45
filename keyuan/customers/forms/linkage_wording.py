"""Sentences of the codes of linkage: what is wrong with a file or its configuration, and what to do (CUS-8)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "linkage.file_missing": _("There is no file %(file)s. Check the path."),
    "linkage.file_unreadable": _("The file %(file)s cannot be read: %(reason)s"),
    "linkage.file_empty": _("The file %(file)s holds no records. It needs a line of column names and records below."),
    "linkage.file_encoding": _(
        "The text of %(file)s is neither UTF-8 nor GB 18030. Save it as UTF-8, or configure its encoding."
    ),
    "linkage.file_kind": _(
        "Files ending in %(suffix)s cannot be read (%(file)s). Use .csv, .csv.gz, .xlsx or .parquet."
    ),
    "linkage.sheet_missing": _("The workbook %(file)s has no sheet %(sheet)s. It has: %(sheets)s."),
    "linkage.columns_twice": _("The column %(column)s stands twice in %(file)s. Give each column a name of its own."),
    "linkage.column_missing": _(
        "The configuration names a column %(column)s, which the file has not. It has: %(columns)s."
    ),
    "linkage.nothing_to_compare": _(
        "No column could be understood. Say in the configuration what they hold. The file has: %(columns)s."
    ),
    "linkage.nothing_shared": _(
        "The two files have no kind of column in common. Configure what they hold (columns, link_columns)."
    ),
    "linkage.config_missing": _("There is no configuration %(file)s. Check the path."),
    "linkage.config_unreadable": _("The configuration %(file)s cannot be read as TOML or JSON: %(reason)s"),
    "linkage.config_table": _("The configuration is to hold a table at %(key)s."),
    "linkage.config_unknown": _("The configuration does not know %(key)s. It knows: %(known)s."),
    "linkage.config_kind": _("The column %(column)s is given the unknown kind %(kind)s. There are: %(kinds)s."),
    "linkage.config_threshold": _("%(key)s must be a probability between 0 and 1, or auto, not %(value)s."),
    "linkage.config_flag": _("%(key)s must be true, false or auto, not %(value)s."),
    "linkage.config_number": _("%(key)s must be a whole number from %(least)s, not %(value)s."),
    "linkage.config_memory": _("memory_limit must be a size such as 2500MB, not %(value)s."),
    "linkage.config_engine": _("The engine %(value)s is unknown. There are: %(engines)s."),
    "linkage.out_kind": _("%(file)s cannot be written: its name must end in one of %(suffixes)s."),
    "linkage.out_folder": _("The folder %(folder)s does not exist. Make it, or name another."),
    "linkage.out_failed": _("%(file)s could not be written: %(reason)s"),
    "linkage.truth_missing": _("The column of the truth, %(column)s, is not in the file. It has: %(columns)s."),
    "linkage.truth_pattern": _("The pattern %(pattern)s cannot be read: %(reason)s"),
    "linkage.running": _("The book is being compared already. Wait until that has ended."),
    "linkage.no_run": _("There is no such comparison of the book."),
    "linkage.died": _(
        "The comparison of the book was ended by the system three times. Raise KEYUAN_DUCKDB_MB and retry."
    ),
    "linkage.no_spark": _(
        "Spark is not installed here. Install requirements/spark.txt and Java 17, or use the engine duckdb."
    ),
}


add_sentences(SENTENCES)
