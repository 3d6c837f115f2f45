"""The form that sets the beneficiaries of a policy as a whole (POL-1, 保险法 39-41)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say
from keyuan.policies.forms.entry import RowsForm
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.selectors.contract import parties_of
from keyuan.policies.selectors.people import text_of_customer


class BeneficiariesHead(forms.Form):
    """Why, and that the insured agreed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    insured_agreed = forms.BooleanField(label=_("The insured has agreed in writing"), required=False)


class BeneficiariesForm(RowsForm):
    """The present beneficiaries as rows, or what was typed."""

    def __init__(self, actor: Actor, policy: Policy, data: QueryDict | None = None, *, now: datetime) -> None:
        present = [] if data is not None else [row for row in parties_of(policy) if row.role == "BENEFICIARY"]
        rows = [_initial(actor, row, now) for row in present]
        super().__init__(("beneficiaries",), data, initial={"beneficiaries": rows})
        self.head = BeneficiariesHead(data, initial={"version": policy.version})

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
        """Return every error as (id of its field, label, sentence)."""
        bound = [one for one in self.head.visible_fields() if one.errors]
        return super().errors() + [(one.id_for_label, one.label, " ".join(map(str, one.errors))) for one in bound]


def _initial(actor: Actor, party: PolicyParty, now: datetime) -> dict[str, Any]:
    known = text_of_customer(actor, party.customer_id, now=now) if party.customer_id is not None else ""
    fallback = party.customer.name if party.customer is not None else party.name
    return {
        "name": known or fallback,
        "relation": party.relation_to_insured,
        "order": party.order,
        "share": None if party.share_bp is None else f"{party.share_bp / 100:g}",
        "is_statutory": party.is_statutory,
    }
