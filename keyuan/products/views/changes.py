"""What differs between two versions of a product, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.platform import formats
from keyuan.products.forms.product import ProductForm, terms_words
from keyuan.products.models import Product
from keyuan.products.selectors.labels import CHANNELS, DESIGNS, FAMILIES, KINDS, NEEDS, PAY_MODES, SALE_STATUSES

WORDS: dict[str, dict[str, Any]] = {
    "kind": KINDS,
    "design": DESIGNS,
    "family": FAMILIES,
    "sales_channels": CHANNELS,
    "need_tags": NEEDS,
    "pay_modes": PAY_MODES,
    "sale_status": {key: words[1] for key, words in SALE_STATUSES.items()},
}
NAMES: dict[str, Any] = {name: field.label for name, field in ProductForm.base_fields.items()} | {
    "sale_status": _("Sale status")
}


def changes_between(
    product: Product, new: dict[str, Any], old: dict[str, Any] | None = None
) -> list[tuple[Any, str, str]]:
    """Return (field, before, after) of what differs between ``new`` and ``old`` (the product's present facts)."""
    found = []
    for name, value in new.items():
        before = old.get(name) if old is not None else getattr(product, name)
        if shown(name, before) != shown(name, value):
            found.append((NAMES.get(name, name), shown(name, before), shown(name, value)))
    return found


def shown(name: str, value: Any) -> str:
    """Return a fact as a person reads it."""
    if value in (None, "", []):
        return "--"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name in ("cover_terms", "pay_terms"):
        return "、".join(terms_words(value))
    if name in ("sum_min", "sum_max"):
        return formats.money(value)
    words = WORDS.get(name, {})
    if isinstance(value, list):
        return "、".join(str(words.get(item, item)) for item in value)
    return str(words.get(str(value), value))
