"""What a comparison of the book tells of its model, in words: thresholds, and the worth of each agreement (CUS-8)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Comparison of the model → what people call it.
COMPARED: dict[str, Any] = {
    "full_name": _("Name"), "name": _("Name"), "surname": _("Surname"), "given_name": _("Given name"),
    "birth_date": _("Birth date"), "birth": _("Birth date"), "sex": _("Sex"), "state": _("Region"),
    "region": _("Region"), "suburb": _("Region"), "id_token": _("Document number"), "phone_token": _("Phone"),
    "email_token": _("E-mail"), "identity": _("Document number"), "phone": _("Phone"), "email": _("E-mail"),
}  # fmt: skip


def threshold_lines(figures: Mapping[str, Any]) -> list[tuple[str, int, str, str, bool]]:
    """Return (probability, pairs, expected precision, expected recall, is chosen) of each line that could be drawn."""
    chosen = (figures.get("thresholds") or {}).get("link")
    return [
        (f"{line['probability']:.2%}", int(line["pairs"]), f"{line['precision']:.2%}", f"{line['recall']:.2%}", False)
        for line in figures.get("other_thresholds") or []
    ] + (
        [
            (f"{chosen:.2%}", int(figures["expected"]["pairs"]), f"{figures['expected']['precision']:.2%}",
             f"{figures['expected']['recall']:.2%}", True)
        ]
        if chosen is not None and figures.get("expected")
        else []
    )  # fmt: skip


def comparison_lines(figures: Mapping[str, Any]) -> list[tuple[Any, list[tuple[str, str, str, str]]]]:
    """Return (field, its levels) with (level, share in true pairs, share by chance, weight in bits)."""
    return [
        (
            COMPARED.get(one["comparison"], one["comparison"]),
            [
                (level["level"], f"{level['true_pairs']:.2%}", f"{level['chance']:.3%}", f"{level['weight']:+.1f}")
                for level in one["levels"]
            ],
        )
        for one in figures.get("model") or []
    ]
