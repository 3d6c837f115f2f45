"""Sentences of files."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "file.type": _("Files ending in %(suffix)s are not accepted."),
    "file.content": _("The content is not that of a %(suffix)s file. Choose the right file or correct its name."),
    "file.empty": _("The file is empty."),
    "file.too_large": _("The file is larger than %(megabytes)s MB."),
    "file.waiting": _("This file is still being examined for viruses. Try again in a minute."),
    "file.infected": _("This file carries a virus. It is locked away; ask whoever sent it for a clean one."),
    "file.link_old": _("This link has grown old. Open the file from its record again."),
    "file.quarantined": _("A virus (%(virus)s) was found in “%(name)s”. The file was locked away."),
    "file.scanner_gone": _("The virus scanner does not answer (%(why)s). New files wait or pass unexamined."),
    "file.disk_full": _("There is no space left for files. Nothing was saved; tell your administrator."),
}
