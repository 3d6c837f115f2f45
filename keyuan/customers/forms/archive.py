"""The form of the archive: head record, organisation's profile, and rows, as one thing to fill in (CUS-1, CUS-3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.heads import OrganisationHead, PersonHead
from keyuan.customers.forms.rows import ROW_KINDS, RowForm, RowKind, initial_of
from keyuan.customers.models import Customer, OrganisationProfile
from keyuan.customers.rules.drafts import CustomerDraft
from keyuan.customers.selectors.archive import Rows
from keyuan.customers.services.archive import HEALTH_COLUMNS
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.wording import say

#: Draft lists that have a place of their own in `CustomerDraft`.
OWN_PLACES = ("contacts", "documents", "accounts")
#: Most rows of one kind: more is no archive of a customer but an import.
MOST_ROWS = 50


@dataclass
class RowSet:
    """The rows of one kind, and an empty one to copy."""

    kind: RowKind
    rows: list[RowForm]
    blank: RowForm
    has_errors: bool = False


@dataclass
class ArchiveSection:
    """A part of the form under a heading: fields, then rows."""

    key: str
    label: Any
    fields: list[Any] = field(default_factory=list)
    row_sets: list[RowSet] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Tell whether something in it is wrong."""
        return any(bound.errors for bound in self.fields) or any(rows.has_errors for rows in self.row_sets)


class ArchiveForm:
    """What the page of a new or stored customer edits; ``data`` is what was typed, if anything was."""

    def __init__(
        self,
        actor: Actor,
        kind: str,
        data: QueryDict | None = None,
        *,
        customer: Customer | None = None,
        profile: OrganisationProfile | None = None,
        rows: Rows | None = None,
    ) -> None:
        self.actor, self.kind, self.data = actor, kind, data
        self.customer, self.rows = customer, rows or Rows()
        head: type[forms.Form] = PersonHead if kind == Customer.Kind.PERSON else OrganisationHead
        self.head = head(data, initial=_initial(head, customer, profile))
        if not actor.may(permissions.HEALTH):
            for name in HEALTH_COLUMNS & set(self.head.fields):
                del self.head.fields[name]
        elif customer is not None and customer.health_notes is not None and "health_notes" in self.head.fields:
            self.head.fields["health_notes"].widget.attrs["placeholder"] = _("Kept; type here to replace it")
        self.row_sets = {key: self._row_set(ROW_KINDS[key]) for key in self.head.row_kinds}  # type: ignore[attr-defined]  # each kind's head has its own

    def _row_set(self, kind: RowKind) -> RowSet:
        stored = {row.pk: initial_of(self.actor, kind, row) for row in getattr(self.rows, kind.key)}
        if self.data is None:
            first = (
                list(stored.values()) if self.customer is not None else [(dict(values), "") for values in kind.first]
            )
            rows = [self._row(kind, str(at), initial=values, mask=mask) for at, (values, mask) in enumerate(first)]
        else:
            places = [place for place in self.data.getlist(f"{kind.key}-rows") if place.isdecimal()][:MOST_ROWS]
            rows = [self._typed_row(kind, place, self.data, stored) for place in places]
        return RowSet(kind, rows, self._row(kind, "__row__"))

    def _typed_row(
        self, kind: RowKind, place: str, data: QueryDict, stored: Mapping[int, tuple[dict[str, Any], str]]
    ) -> RowForm:
        number = data.get(f"{kind.key}-{place}-id") or ""
        values, mask = stored.get(int(number), ({}, "")) if number.isdecimal() else ({}, "")
        return self._row(kind, place, data=data, initial=values, mask=mask)

    def _row(
        self, kind: RowKind, place: str, *, data: Any = None, initial: Mapping[str, Any] | None = None, mask: str = ""
    ) -> RowForm:
        row = kind.form(data, prefix=f"{kind.key}-{place}", initial=dict(initial or {}))
        row.prepare(self.kind)
        if mask:
            row.fields[kind.form.sealed].widget.attrs["placeholder"] = mask
        return row

    @property
    def sections(self) -> list[ArchiveSection]:
        """Return the sections in order, each with its fields and rows; empty ones are left out."""
        built = [
            ArchiveSection(
                key,
                label,
                [self.head[name] for name in names if name in self.head.fields],
                [self.row_sets[name] for name in names if name in self.row_sets],
            )
            for key, label, names in self.head.sections  # type: ignore[attr-defined]  # each kind's head has its own
        ]
        return [section for section in built if section.fields or section.row_sets]

    def is_valid(self) -> bool:
        """Tell whether everything can be read; rows that were left empty do not count."""
        valid = self.head.is_valid()
        for row_set in self.row_sets.values():
            row_set.rows = [row for row in row_set.rows if not _left_empty(row)]
            wrong = [row for row in row_set.rows if not _removed(row) and not row.is_valid()]
            row_set.has_errors = bool(wrong)
            valid = valid and not wrong
        return valid

    def draft(self) -> CustomerDraft:
        """Return what the service saves; call only after `is_valid`."""
        values = dict(self.head.cleaned_data)
        profile = {name: values.pop(name) for name in self.head.profile_fields}  # type: ignore[attr-defined]  # each kind's head has its own
        fields = {name: values[name] for name in self.head.head_fields if name in values}  # type: ignore[attr-defined]  # each kind's head has its own
        if not fields.get("health_notes"):
            # Sealed: an empty field leaves what is stored.
            fields.pop("health_notes", None)
        drafts = {key: tuple(row.draft() for row in kept(row_set)) for key, row_set in self.row_sets.items()}
        return CustomerDraft(
            kind=self.kind,
            fields=fields,
            organisation=profile,
            lists={key: rows for key, rows in drafts.items() if key not in OWN_PLACES},
            **{key: drafts.get(key, ()) for key in OWN_PLACES},
        )

    def refuse(self, error: Refused) -> list[str]:
        """Put what the service refused beside its fields; return the sentences that have no field here."""
        parts = error.errors if isinstance(error, Invalid) else [error]
        return [say(part) for part in parts if not self._place(part)]

    def _place(self, part: Refused) -> bool:
        name = part.field or ""
        if name in self.head.fields:
            self.head.add_error(name, say(part))
            return True
        key, _dash, rest = name.partition("-")
        position, _dash, column = rest.partition("-")
        if key not in self.row_sets or not position.isdecimal():
            return False
        row = kept(self.row_sets[key])[int(position)]
        row.add_error(column if column in row.fields else None, say(part))
        self.row_sets[key].has_errors = True
        return True

    def errors(self) -> list[tuple[str, Any, str]]:
        """Return every error as (id of its field, label, sentence), in the order of the page."""
        found = []
        for section in self.sections:
            fields = [*section.fields]
            for row_set in section.row_sets:
                for row in row_set.rows:
                    fields += row.visible_fields()
            found += [(bound.id_for_label, bound.label, said(bound.errors)) for bound in fields if bound.errors]
        return found


def said(errors: Iterable[Any]) -> str:
    """Return the sentences of a field's errors as one text."""
    return " ".join(str(error) for error in errors)


def kept(row_set: RowSet) -> list[RowForm]:
    """Return the rows that go to the service: a new row that was removed again does not."""
    return [row for row in row_set.rows if not (_removed(row) and not row.data.get(row.add_prefix("id")))]


def _removed(row: RowForm) -> bool:
    if row.data.get(row.add_prefix("remove")) not in ("1", "true", "on"):
        return False
    # A removed row needs no sound fields, but what the draft is made of must exist.
    row.is_valid()
    row.cleaned_data = {**dict.fromkeys(row.fields), **row.cleaned_data, "remove": True}
    row.errors.clear()
    return True


def _left_empty(row: RowForm) -> bool:
    """Tell whether a new row holds nothing but what it came with."""
    if row.data.get(row.add_prefix("id")):
        return False
    names = [name for name in row.fields if name not in (*row.defaults, "id", "remove")]
    return not any(str(row.data.get(row.add_prefix(name), "")).strip() for name in names)


def _initial(head: type[forms.Form], customer: Customer | None, profile: OrganisationProfile | None) -> dict[str, Any]:
    if customer is None:
        return {}
    sources: list[Any] = [customer, profile] if profile is not None else [customer]
    names = [name for name in head.base_fields if name != "health_notes"]
    values = {name: getattr(source, name) for source in sources for name in names if hasattr(source, name)}
    code = customer.region_code
    city = code[:4] if code[2:4] != "00" else ""
    county = code if code[4:] != "00" else ""
    values |= {"region_province": code[:2], "region_city": city, "region_county": county}
    if profile is not None:
        values["service_roles"] = [role for role in profile.service_roles.split(",") if role]
    return values
