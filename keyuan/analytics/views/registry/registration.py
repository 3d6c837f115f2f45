"""What the register of models hangs into the registries (ANA-11)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "model.folder": _("The folder %(folder)s lies outside the data of the system. Keep models inside it."),
}


def register() -> None:
    """Fill the registries."""
    add_sentences(SENTENCES)
