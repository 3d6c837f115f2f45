"""The form of a contract: head fields, covers and beneficiaries as rows, as one thing to fill in (POL-1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import AmountField, DayField, SealedText, choice, short, whole
from keyuan.customers.forms.rows import RowForm
from keyuan.customers.selectors.labels import RELATIONS, choices_of
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.choosing import offer
from keyuan.platform.wording import say
from keyuan.policies.forms.choosing import AGENTS, PEOPLE, chooser, monitored_field
from keyuan.policies.selectors.labels import PAY_MODES, PAY_TERM_UNITS, PRODUCT_KINDS, TERM_UNIT_NAMES
from keyuan.products.models import Product

MOST_ROWS = 30
#: Relations that a person can have in a contract: those of a family and of work.
FAMILY = {code: word for code, word in RELATIONS.items() if str(code) not in ("REFERRER", "REFERRED")}


class PolicyHead(forms.Form):
    """Everything of a contract that is no row."""

    sections = (
        ("people", _("Parties"), ("holder", "insured", "relation"), ()),
        ("product", _("Product and dates"), (
            "product", "applied_on", "issued_on", "effective_on", "cover_term", "cover_term_unit", "expires_on",
            "receipt_signed_on",
        ), ()),
        ("money", _("Sum and premium"), (
            "sum_insured", "premium", "pay_mode", "pay_term", "pay_term_unit", "debit_account",
        ), ()),
        ("coverages", _("Covers"), (), ("coverages",)),
        ("beneficiaries", _("Beneficiaries"), (), ("beneficiaries",)),
        ("vehicle", _("Vehicle"), ("plate", "vin", "make", "model", "registered_on", "seats"), ()),
        ("service", _("Service people"), ("selling_agent", "servicing_agent", "monitored"), ()),
    )  # fmt: skip
    row_kinds = ("coverages", "beneficiaries")

    holder = chooser(_("Policyholder"), PEOPLE, required=True)
    insured = chooser(_("Insured"), PEOPLE, help_text=_("Empty: the policyholder."))
    relation = choice(_("Insured's relation to the policyholder"), choices_of(FAMILY))
    product = forms.TypedChoiceField(label=_("Product"), coerce=int)
    applied_on = DayField(label=_("Applied"))
    issued_on = DayField(label=_("Issued"), help_text=_("Empty while the application is open."))
    effective_on = DayField(label=_("Effective"), required=True)
    cover_term = whole(_("Cover term"), 120)
    cover_term_unit = choice(_("Unit of the cover term"), TERM_UNIT_NAMES, required=True)
    expires_on = DayField(label=_("Expires"), help_text=_("Empty: counted from the cover term."))
    receipt_signed_on = DayField(label=_("Receipt signed on"))
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    premium = AmountField(label=_("Premium (yuan)"), required=True)
    pay_mode = choice(_("Payment frequency"), list(PAY_MODES.items()), required=True)
    pay_term = whole(_("Payment term"), 120)
    pay_term_unit = choice(_("Unit of the payment term"), PAY_TERM_UNITS, required=True)
    debit_account = SealedText(label=_("Debit account"), max_length=30)
    plate = short(_("Plate"), 12)
    vin = short(_("VIN"), 20)
    make = short(_("Make"), 40)
    model = short(_("Model"), 60)
    registered_on = DayField(label=_("Registered on"))
    seats = whole(_("Seats"), 100)
    selling_agent = chooser(_("Sold by"), AGENTS)
    servicing_agent = chooser(_("Served by"), AGENTS, help_text=_("Empty: who serves the policyholder."))
    monitored = monitored_field()


class BeneficiaryRow(RowForm):
    """One who receives benefits: chosen from the customers, or a name of somebody who is none."""

    defaults = frozenset({"order"})
    spans = {"name": 2}

    name = chooser(_("Name"), PEOPLE)
    relation = choice(_("Relation to the insured"), choices_of(FAMILY))
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=5, initial=1)
    share = forms.DecimalField(
        label=_("Share (%)"), max_value=100, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    is_statutory = forms.BooleanField(label=_("statutory heirs"), required=False)

    def share_bp(self) -> int | None:
        """Return the share in basis points, None when nothing is stated."""
        share: Decimal | None = self.cleaned_data["share"]
        return None if share is None else int(share * 100)


class CoverRow(RowForm):
    """A cover or rider."""

    defaults = frozenset({"is_rider"})
    spans = {"product": 2}

    product = forms.TypedChoiceField(label=_("Cover"), coerce=int)
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    premium = AmountField(label=_("Premium (yuan)"))
    is_rider = forms.BooleanField(label=_("Rider"), required=False)


@dataclass(frozen=True, slots=True)
class RowKind:
    """A list of rows: its key, form and the words of its button."""

    key: str
    form: type[RowForm]
    add_label: Any


ROW_KINDS = {
    "coverages": RowKind("coverages", CoverRow, _("Add a cover")),
    "beneficiaries": RowKind("beneficiaries", BeneficiaryRow, _("Add a beneficiary")),
}


@dataclass
class RowSet:
    """The rows of one kind, and an empty one to copy."""

    kind: RowKind
    rows: list[RowForm]
    blank: RowForm
    errors: list[str] = field(default_factory=list)


@dataclass
class FormSection:
    """A part of the form under a heading."""

    key: str
    label: Any
    fields: list[Any]
    row_sets: list[RowSet]

    @property
    def has_errors(self) -> bool:
        """Tell whether something in it is wrong."""
        rows = [row for row_set in self.row_sets for row in row_set.rows]
        return (
            any(bound.errors for bound in self.fields)
            or any(row.errors for row in rows if row.is_bound)
            or any(row_set.errors for row_set in self.row_sets)
        )


class RowsForm:
    """Rows of the declared kinds; ``data`` is what was typed, if anything was, ``initial`` what stands there."""

    def __init__(
        self,
        kinds: Iterable[str],
        data: QueryDict | None = None,
        *,
        products: Iterable[Product] = (),
        initial: dict[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.data, self.choices = data, product_choices(products)
        self.sentences: list[str] = []
        self.row_sets = {key: self._row_set(ROW_KINDS[key], (initial or {}).get(key, [])) for key in kinds}

    def _row_set(self, kind: RowKind, initial: list[dict[str, Any]]) -> RowSet:
        if self.data is None:
            rows = [self._row(kind, str(at), initial=values) for at, values in enumerate(initial)]
        else:
            places = [place for place in self.data.getlist(f"{kind.key}-rows") if place.isdecimal()][:MOST_ROWS]
            rows = [self._row(kind, place, data=self.data) for place in places]
            rows = [row for row in rows if not _is_empty(row)]
        return RowSet(kind, rows, self._row(kind, "__row__"))

    def _row(self, kind: RowKind, place: str, *, data: Any = None, initial: dict[str, Any] | None = None) -> RowForm:
        row = kind.form(data, prefix=f"{kind.key}-{place}", initial=initial or {})
        if "product" in row.fields:
            offer(row, "product", self.choices, or_nothing=True)
        return row

    def rows_are_valid(self) -> bool:
        """Tell whether every row can be read."""
        # Every row is asked, so that the page names all that is wrong at once.
        valid = [row.is_valid() for row_set in self.row_sets.values() for row in row_set.rows]
        return all(valid)

    def refuse(self, error: Refused) -> None:
        """Put what the service refused beside its fields, or over the form."""
        for part in error.errors if isinstance(error, Invalid) else [error]:
            if not self.place(part):
                self.sentences.append(say(part))

    def place(self, part: Refused) -> bool:
        """Put one refusal at its row; False when it belongs to none."""
        key, _dash, rest = (part.field or "").partition("-")
        position, _dash, column = rest.partition("-")
        if key not in self.row_sets:
            return False
        row_set = self.row_sets[key]
        if not position.isdecimal() or int(position) >= len(row_set.rows):
            row_set.errors.append(say(part))
            self.sentences.append(say(part))
            return True
        row = row_set.rows[int(position)]
        row.add_error(column if column in row.fields else None, say(part))
        return True

    def errors(self) -> list[tuple[str, Any, str]]:
        """Return every error of the rows as (id of its field, label, sentence)."""
        bound = [one for row_set in self.row_sets.values() for row in row_set.rows for one in row.visible_fields()]
        return [(one.id_for_label, one.label, " ".join(map(str, one.errors))) for one in bound if one.errors]


class PolicyForm(RowsForm):
    """What the page of a new contract fills in."""

    def __init__(
        self, data: QueryDict | None = None, *, products: Iterable[Product], initial: dict[str, Any] | None = None
    ) -> None:
        offered = list(products)
        super().__init__(PolicyHead.row_kinds, data, products=offered)
        self.head = PolicyHead(data, initial=initial or {})
        mains = [product for product in offered if not product.is_rider]
        offer(self.head, "product", product_groups(mains), or_nothing=True)

    @property
    def sections(self) -> list[FormSection]:
        """Return the sections in order."""
        return [
            FormSection(key, label, [self.head[name] for name in names], [self.row_sets[name] for name in kinds])
            for key, label, names, kinds in PolicyHead.sections
        ]

    def is_valid(self) -> bool:
        """Tell whether everything can be read."""
        valid = self.head.is_valid()
        return self.rows_are_valid() and valid

    def place(self, part: Refused) -> bool:
        """Put one refusal at its field or row."""
        if part.field in self.head.fields:
            self.head.add_error(part.field, say(part))
            return True
        return super().place(part)

    def errors(self) -> list[tuple[str, Any, str]]:
        """Return every error as (id of its field, label, sentence), those of the head first."""
        bound = [one for one in self.head.visible_fields() if one.errors]
        head = [(one.id_for_label, one.label, " ".join(map(str, one.errors))) for one in bound]
        return head + super().errors()


def product_choices(products: Iterable[Product]) -> list[tuple[int, str]]:
    """Return products as choices, by name and code."""
    return [(product.pk, f"{product.name} {product.code}") for product in products]


def product_groups(products: Iterable[Product]) -> list[tuple[Any, list[tuple[int, str]]]]:
    """Return products as choices under their kinds."""
    groups: dict[str, list[Product]] = {}
    for product in products:
        groups.setdefault(product.kind, []).append(product)
    return [(PRODUCT_KINDS[kind], product_choices(groups[kind])) for kind in PRODUCT_KINDS if kind in groups]


def _is_empty(row: RowForm) -> bool:
    names = [name for name in row.fields if name not in (*row.defaults, "id", "remove")]
    return not any(str(row.data.get(row.add_prefix(name), "")).strip() for name in names)
