"""What a comparison of the book tells of its model, in words: thresholds, and the worth of each agreement (CUS-8)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Comparison of the model → what people call it.
COMPARED: dict[str, Any] = {
    "full_name": _("Name"), "name": _("Name"), "surname": _("Surname"), "given_name": _("Given name"),
    "given": _("Given name"),
    "birth_date": _("Birth date"), "birth": _("Birth date"), "sex": _("Sex"), "state": _("Region"),
    "region": _("Region"), "suburb": _("Region"), "id_token": _("Document number"), "phone_token": _("Phone"),
    "email_token": _("E-mail"), "identity": _("Document number"), "phone": _("Phone"), "email": _("E-mail"),
}  # fmt: skip

#: Level of a comparison → what people call it.
LEVELS: dict[str, Any] = {
    "same": pgettext_lazy("agreement", "same"),
    "differs": pgettext_lazy("agreement", "differs"),
    "same sound and tones": pgettext_lazy("agreement", "same sound and tones"),
    "same sound or letters": pgettext_lazy("agreement", "same sound or letters"),
    "very alike": pgettext_lazy("agreement", "very alike"),
    "exchanged with the surname": pgettext_lazy("agreement", "exchanged with the surname"),
    "exchanged with the given name": pgettext_lazy("agreement", "exchanged with the given name"),
    "alike, or an initial": pgettext_lazy("agreement", "alike, or an initial"),
    "alike": pgettext_lazy("agreement", "alike"),
    "day and month exchanged": pgettext_lazy("agreement", "day and month exchanged"),
    "one digit differs": pgettext_lazy("agreement", "one digit differs"),
    "two of year, month and day agree": pgettext_lazy("agreement", "two of year, month and day agree"),
    "same as another": pgettext_lazy("agreement", "same as another"),
}


def threshold_lines(figures: Mapping[str, Any]) -> list[tuple[str, int, str, str, bool]]:
    """Return (probability, pairs, expected precision, expected recall, is chosen) of each line that could be drawn."""
    chosen = (figures.get("thresholds") or {}).get("link")
    lines = [(line, False) for line in figures.get("other_thresholds") or []]
    if chosen is not None and figures.get("expected"):
        lines.append((figures["expected"] | {"probability": chosen}, True))
    lines.sort(key=lambda line: float(line[0]["probability"]))
    return [
        (f"{line['probability']:.2%}", int(line["pairs"]), f"{line['precision']:.2%}", f"{line['recall']:.2%}", taken)
        for line, taken in lines
    ]


def comparison_lines(figures: Mapping[str, Any]) -> list[tuple[Any, list[tuple[str, str, str, str]]]]:
    """Return (field, its levels) with (level, share in true pairs, share by chance, weight in bits)."""
    return [
        (
            COMPARED.get(one["comparison"], one["comparison"]),
            [
                (
                    LEVELS.get(level["level"], level["level"]),
                    f"{level['true_pairs']:.2%}",
                    f"{level['chance']:.3%}",
                    f"{level['weight']:+.1f}",
                )
                for level in one["levels"]
            ],
        )
        for one in figures.get("model") or []
    ]
