"""Sentences of the codes raised by set-up."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "demo.not_empty": _("There is a book already. Use --replace to delete it and load a demo book in its place."),
    "demo.not_confirmed": _("Nothing was changed."),
    "demo.in_use": _("The database is in use. Stop the running system, then load the demo book."),
    "demo.size": _("A demo book holds between %(least)s and %(most)s customers."),
}
