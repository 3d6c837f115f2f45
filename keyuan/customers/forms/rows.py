"""Rows of the archive's form: each kind of row is declared once, with the draft it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.archive_panel import value_of_contact
from keyuan.customers.forms.inputs import AmountField, DayField, SealedText, choice, short, whole
from keyuan.customers.models import Customer
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, DocumentDraft, RowDraft
from keyuan.customers.selectors import labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import HolderKind, document_types
from keyuan.platform.choosing import offer
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.presenter import present


class RowForm(forms.Form):
    """One row; ``id`` is empty for a new one, ``remove`` takes it away."""

    #: Fields that say nothing by themselves: a row with only these is empty.
    defaults: frozenset[str] = frozenset()
    #: Field that holds the sealed value, if the row has one.
    sealed: str = ""
    #: Fields that take more room.
    spans: Mapping[str, int] = {}

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    remove = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def prepare(self, kind: str) -> None:
        """Fit the choices to the ``kind`` of customer."""

    @property
    def place(self) -> str:
        """The row's number in the page."""
        return str(self.prefix).rpartition("-")[2]

    def laid_out(self) -> list[tuple[Any, int]]:
        """Return the visible fields with how many columns each takes."""
        return [(bound, self.spans.get(bound.name, 1)) for bound in self.visible_fields()]

    def draft(self) -> Any:
        """Return the row as the service takes it."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("id", "remove")}
        return RowDraft(values, self.cleaned_data["id"], bool(self.cleaned_data["remove"]))

    def sealed_text(self) -> str | None:
        """Return what was typed into the sealed field; None leaves the stored value."""
        typed = str(self.cleaned_data.get(self.sealed) or "").strip()
        return None if not typed and self.cleaned_data["id"] else typed


class ContactRow(RowForm):
    """A phone, e-mail, address or account of a social network."""

    defaults = frozenset({"kind", "source", "is_primary"})
    sealed = "value"
    spans = {"value": 2}

    kind = choice(_("Category"), labels.choices_of(labels.CONTACT_KINDS, empty=False), required=True)
    value = SealedText(label=_("Number or address"), max_length=200)
    source = choice(_("Source"), labels.choices_of(labels.SOURCES, empty=False), required=True)
    label = short(_("Remark"), 20)
    is_primary = forms.BooleanField(label=_("Main contact"), required=False)

    def draft(self) -> ContactDraft:
        """Return the row as the service takes it."""
        values = self.cleaned_data
        return ContactDraft(
            values["kind"],
            self.sealed_text(),
            values["id"],
            label=values["label"],
            source=values["source"],
            is_primary=values["is_primary"],
            remove=bool(values["remove"]),
        )


class DocumentRow(RowForm):
    """An identity document."""

    defaults = frozenset({"document_type", "is_long_term"})
    sealed = "number"
    spans = {"number": 2}

    document_type = forms.ChoiceField(label=_("Type of document"))
    number = SealedText(label=_("Document number"), max_length=40)
    issuer = short(_("Issued by"), 60)
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"))
    is_long_term = forms.BooleanField(label=_("Long-term"), required=False)

    def prepare(self, kind: str) -> None:
        """Offer the documents of a person or of an organisation."""
        holder = HolderKind.PERSON if kind == Customer.Kind.PERSON else HolderKind.ORGANISATION
        kinds = sorted(document_types(holder), key=list(labels.DOCUMENT_TYPES).index)
        offer(self, "document_type", ((item.value, labels.DOCUMENT_TYPES[item]) for item in kinds))

    def draft(self) -> DocumentDraft:
        """Return the row as the service takes it."""
        values = self.cleaned_data
        return DocumentDraft(
            values["document_type"],
            self.sealed_text(),
            values["id"],
            issuer=values["issuer"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            is_long_term=values["is_long_term"],
            remove=bool(values["remove"]),
        )


class AccountRow(RowForm):
    """A bank account."""

    sealed = "number"
    spans = {"number": 2}

    number = SealedText(label=_("Card number"), max_length=30)
    bank_name = short(_("Bank"), 40)
    valid_until = DayField(label=_("Valid until"))

    def draft(self) -> AccountDraft:
        """Return the row as the service takes it."""
        values = self.cleaned_data
        return AccountDraft(
            self.sealed_text(),
            values["id"],
            bank_name=values["bank_name"],
            valid_until=values["valid_until"],
            remove=bool(values["remove"]),
        )


class NeedRow(RowForm):
    """What the customer needs."""

    defaults = frozenset({"kind"})
    spans = {"note": 2}

    kind = choice(_("Need"), labels.choices_of(labels.NEED_KINDS, empty=False), required=True)
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    budget = AmountField(label=_("Budget (yuan)"))
    term_years = whole(_("Term (years)"), 120)
    wanted_on = DayField(label=_("Wanted by"))
    note = short(_("Remark"), 200)


class CoverRow(RowForm):
    """Insurance held elsewhere."""

    defaults = frozenset({"kind"})

    insurer = forms.CharField(label=_("Insurer"), max_length=60)
    kind = choice(_("Kind of cover"), labels.choices_of(labels.NEED_KINDS, empty=False), required=True)
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    premium = AmountField(label=_("Yearly premium (yuan)"))
    expires_on = DayField(label=_("Expires on"))


class EventRow(RowForm):
    """Something that happened in the customer's life."""

    defaults = frozenset({"kind"})
    spans = {"note": 2}

    kind = choice(_("Life event"), labels.choices_of(labels.LIFE_EVENTS, empty=False), required=True)
    happened_on = DayField(label=_("Date"), required=True)
    note = short(_("Remark"), 200)


class FeedbackRow(RowForm):
    """An opinion of the customer."""

    spans = {"text": 4}

    said_on = DayField(label=_("Date"), required=True)
    topic = short(_("Topic"), 40)
    text = forms.CharField(label=_("What was said"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class YearRow(RowForm):
    """One year's figures of an organisation."""

    year = forms.IntegerField(label=_("Year"), min_value=1000, max_value=9999)
    revenue = AmountField(label=_("Revenue (yuan)"))
    profit = AmountField(label=_("Profit (yuan)"))
    employees = whole(_("Employees"), 10_000_000)
    note = short(_("Remark"), 200)


@dataclass(frozen=True, slots=True)
class RowKind:
    """A list of rows in the form: its key in drafts, heading, form, and how a stored row becomes initial values."""

    key: str
    label: Any
    form: type[RowForm]
    add_label: Any
    #: Rows that a new archive begins with.
    first: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    sealed_of: Callable[[Any], Sealed | None] | None = None


def _document_number(row: Any) -> Sealed | None:
    found: Sealed | None = row.identity_number
    return found


def _account_number(row: Any) -> Sealed | None:
    found: Sealed | None = row.bank_account
    return found


ROW_KINDS = {
    kind.key: kind
    for kind in (
        RowKind("documents", _("Documents"), DocumentRow, _("Add a document"), ({},), _document_number),
        RowKind(
            "contacts",
            _("Ways to reach the customer"),
            ContactRow,
            _("Add a contact"),
            ({"kind": "MOBILE", "is_primary": True}, {"kind": "ADDRESS"}),
            value_of_contact,
        ),
        RowKind("accounts", _("Bank accounts"), AccountRow, _("Add an account"), (), _account_number),
        RowKind("needs", _("Needs"), NeedRow, _("Add a need")),
        RowKind("other_covers", _("Cover elsewhere"), CoverRow, _("Add a cover")),
        RowKind("life_events", _("Life events"), EventRow, _("Add a life event")),
        RowKind("feedback", _("Opinions"), FeedbackRow, _("Add an opinion")),
        RowKind("organisation_years", _("Yearly figures"), YearRow, _("Add a year")),
    )
}


def initial_of(actor: Actor, kind: RowKind, row: Any) -> tuple[dict[str, Any], str]:
    """Return a stored row's initial values without anything sealed, and the mask of what is sealed."""
    names = [name for name in kind.form.base_fields if name not in ("remove", kind.form.sealed)]
    values = {name: getattr(row, name) for name in names}
    sealed = kind.sealed_of(row) if kind.sealed_of else None
    return values, present(actor, sealed) if sealed is not None else ""
