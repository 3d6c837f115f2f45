"""Sentences of the codes raised by the catalogue."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "product.not_found": _("This product does not exist."),
    "product.no_code": _("Enter the product's code."),
    "product.code_taken": _("Another product has this code; enter a different one."),
    "product.no_name": _("Enter the product's name."),
    "product.ages_crossed": _("The oldest issue age lies below the youngest; correct one of them."),
    "product.sale_ends_before_start": _("The end of sale lies before its start; correct one of them."),
}
