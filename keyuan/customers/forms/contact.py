"""Recording a contact, arranging what comes next, assigning (CUS-12, CUS-13, CUS-9)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import task_kinds
from keyuan.customers.selectors import labels
from keyuan.customers.services.interactions import InteractionDraft
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.choosing import offer
from keyuan.platform.wording import say

#: Kinds that people record by hand; the others arrive by themselves.
BY_HAND = ("CALL", "VISIT", "WECHAT", "SMS", "EMAIL", "LETTER", "FAX", "EVENT", "NOTE")
#: A task arranged now is due at the end of tomorrow's working day unless somebody says otherwise.
DUE_HOUR = 18
MOMENT = "%Y-%m-%dT%H:%M"


def moment_input() -> forms.DateTimeInput:
    """Return the browser's own field for date and time."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)


def add_refusal(form: forms.Form, error: Refused) -> None:
    """Put what a service refused beside the fields it belongs to."""
    parts = error.errors if isinstance(error, Invalid) else [error]
    for part in parts:
        form.add_error(part.field if part.field in form.fields else None, say(part))


class InteractionForm(forms.Form):
    """A call, a visit, a message: what was said and what came of it."""

    kind = forms.ChoiceField(label=_("Way"), choices=[(key, labels.INTERACTION_KINDS[key]) for key in BY_HAND])
    direction = forms.ChoiceField(label=_("Direction"), choices=labels.choices_of(labels.DIRECTIONS, empty=False))
    occurred_at = forms.DateTimeField(label=_("When"), widget=moment_input())
    purpose = forms.ChoiceField(label=_("Purpose"), choices=labels.choices_of(labels.PURPOSES), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=labels.choices_of(labels.OUTCOMES), required=False)
    summary = forms.CharField(label=_("Summary"), max_length=200)
    detail = forms.CharField(
        label=_("Details"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    task = forms.IntegerField(widget=forms.HiddenInput, required=False)
    close_task = forms.BooleanField(label=_("The task is done"), required=False, initial=True)

    def __init__(self, data: Any = None, *, now: datetime, task_id: int | None = None) -> None:
        super().__init__(data, initial={"occurred_at": timezone.localtime(now), "task": task_id, "direction": "OUT"})
        if task_id is None:
            del self.fields["close_task"]

    def draft(self) -> InteractionDraft:
        """Return what the service records; a note has no direction."""
        values = self.cleaned_data
        names = ("kind", "occurred_at", "purpose", "outcome", "summary", "detail")
        direction = "NONE" if values["kind"] == "NOTE" else values["direction"]
        return InteractionDraft(direction=direction, **{name: values[name] for name in names})


class TaskForm(forms.Form):
    """What to do for a customer, by when, and why."""

    kind = forms.ChoiceField(label=_("Category"))
    title = forms.CharField(label=_("What is to be done"), max_length=100)
    due_at = forms.DateTimeField(label=_("By"), widget=moment_input())
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, now: datetime) -> None:
        tomorrow = timezone.localtime(now) + timedelta(days=1)
        due = tomorrow.replace(hour=DUE_HOUR, minute=0, second=0, microsecond=0)
        super().__init__(data, initial={"due_at": due, "kind": "VISIT"})
        offer(self, "kind", [(kind.key, kind.label) for kind in task_kinds])


class RelationForm(forms.Form):
    """Who is what to a customer."""

    other = forms.CharField(label=_("Customer"), max_length=60, help_text=_("Name, customer number or phone number"))
    kind = forms.ChoiceField(label=_("Is this customer's"), choices=labels.choices_of(labels.RELATIONS, empty=False))
    household = forms.BooleanField(label=_("Belongs to the same household"), required=False)
    note = forms.CharField(label=_("Note"), max_length=100, required=False)
