"""An allocation rule in one line of words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from keyuan.customers.forms.assignment import wording
from keyuan.customers.selectors import labels
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform.formats import money


def outline_of(conditions: Mapping[str, Any], target: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a rule applies to and where it goes, as pairs of label and words."""
    words: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("reasons", _("Why nobody serves"), wording.ORPHAN_REASONS),
        ("channels", _("Sales channel"), labels.SALES_CHANNELS),
        ("tiers", _("Tier"), labels.TIERS),
        ("languages", _("Language of the customer"), wording.LANGUAGES),
        ("kinds", _("Kinds of product"), {}),
        ("regions", _("Region codes begin with"), {}),
    )
    found = [
        (str(label), "、".join(str(codes.get(code, code)) for code in conditions[key]))
        for key, label, codes in words
        if conditions.get(key)
    ]
    for key, label in (
        ("least_premium", _("Annual premium from (CNY)")),
        ("most_premium", _("Annual premium to (CNY)")),
    ):
        if conditions.get(key):
            found.append((str(label), money(conditions[key])))
    return found + _target(target)


def _target(target: Mapping[str, Any]) -> list[tuple[str, str]]:
    unit_id = target.get("unit_id")
    if unit_id:
        where = unit_names([unit_id]).get(unit_id, "")
    else:
        circles = (target.get("nearest", ""), target.get("farthest", ""))
        where = " → ".join(dict.fromkeys(str(wording.LEVEL_WORDS.get(level, level)) for level in circles))
    found = [(str(_("Goes to")), where)]
    if target.get("skill"):
        found.append((str(_("Skill needed")), str(wording.SKILLS.get(target["skill"], target["skill"]))))
    for key, label in (("quota", _("Quota for one person in a batch")), ("cap", _("Most customers of one person"))):
        if target.get(key):
            found.append((str(label), str(target[key])))
    return found
