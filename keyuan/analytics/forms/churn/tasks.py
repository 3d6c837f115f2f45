"""What the bulk action of the watch list asks (ANA-6)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.customers.forms.bulk import TaskForm


class RetentionForm(TaskForm):
    """A task of retention; without a reason each customer's own reasons are put in."""

    def __init__(self, data: Any, *, now: datetime) -> None:
        super().__init__(data, now=now)
        self.fields["title"].initial = _("Keep the customer")
        self.fields["reason"].help_text = gettext_lazy("Empty: what the night found for each customer.")
