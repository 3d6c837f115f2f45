"""Reads of tags (CUS-6)."""

from keyuan.customers.models import Tag
from keyuan.customers.selectors.labels import TAG_FAMILIES, label_of


def tag_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Return all tags by family, as a form field offers them."""
    families: dict[str, list[tuple[int, str]]] = {}
    for pk, family, name in Tag.objects.order_by("family", "name").values_list("pk", "family", "name"):
        families.setdefault(label_of(TAG_FAMILIES, family), []).append((pk, name))
    return list(families.items())
