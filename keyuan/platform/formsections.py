"""Forms in sections: the list at the left follows the scroll and marks errors (design/ui.md 0.1 "Space")."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, Form


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form under a heading; ``key`` is its anchor."""

    key: str
    label: Any
    fields: list[BoundField]
    has_errors: bool


def sections_of(form: Form) -> list[Section]:
    """Return the sections that ``form.sections`` declares as (key, label, field names).

    Visible fields that no section names come last, without heading, so that none is lost. A name the form does not
    have (a field that its actor may not edit) is passed over, and so is a section left without fields.
    """
    visible = {field.name: field for field in form.visible_fields()}
    built: list[Section] = []
    for key, label, names in getattr(form, "sections", ()):
        fields = [visible.pop(name) for name in names if name in visible]
        if fields:
            built.append(Section(key, label, fields, any(field.errors for field in fields)))
    if visible:
        rest = list(visible.values())
        built.append(Section("more", "", rest, any(field.errors for field in rest)))
    return built
