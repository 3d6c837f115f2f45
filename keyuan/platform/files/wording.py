"""Sentences of files."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "file.type": _("Files ending in %(suffix)s are not accepted."),
    "file.content": _("The content is not that of a %(suffix)s file. Choose the right file or correct its name."),
    "file.empty": _("The file is empty."),
    "file.too_large": _("The file is larger than %(megabytes)s MB."),
    "file.disk_full": _("There is no space left for files. Nothing was saved; tell your administrator."),
}
