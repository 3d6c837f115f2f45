"""Forms of connectors."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.integrations.extensions import connector_kinds
from keyuan.integrations.selectors.labels import DUE_DAYS, GAPS, SETTINGS
from keyuan.integrations.services.connectors import ConnectorDraft
from keyuan.kernel.actor import Actor
from keyuan.organisation.forms import UnitChoice, offer
from keyuan.organisation.selectors.places import places_in_tree
from keyuan.platform import choosing
from keyuan.platform.imports.remembering import mapping_names
from keyuan.platform.imports.targets import targets

PERCENT = Decimal(100)
PLAIN_KEY = RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use small letters, digits and hyphens, beginning with a letter."))


class ConnectorForm(forms.Form):
    """One connector; the key is set once. Secrets are named by file, never entered."""

    sections = [
        ("base", _("Basics"), ["name", "key", "source", "unit"]),
        ("place", pgettext_lazy("connector", "Place"),
         ["kind", "folder", "read_only", "host", "port", "user", "known_hosts", "key_file", "password_file"]),
        ("reading", _("Reading"), ["target", "mapping"]),
        ("time", _("Timetable"), ["cron", "due_time", "due_days", "due_lag", "gap"]),
        ("limits", _("Limits"), ["refused_limit", "patience_minutes", "keep_days", "version"]),
    ]  # fmt: skip

    name = forms.CharField(label=pgettext_lazy("connector", "Name"), max_length=80)
    key = forms.CharField(
        label=_("Key"), max_length=40, validators=[PLAIN_KEY], help_text=_("Names the connector in commands and logs.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=40,
        help_text=_("Records are found again by source and key; use the same name for every file of this source."),
    )  # fmt: skip
    unit = UnitChoice(label=_("Unit of new records"), queryset=None, to_field_name="code")
    kind = forms.ChoiceField(label=_("Way of delivery"))
    folder = forms.CharField(
        label=SETTINGS["folder"], max_length=200,
        help_text=_("Here: below a folder that operators opened. Behind SFTP: as the other side names it."),
    )  # fmt: skip
    read_only = forms.BooleanField(label=SETTINGS["read_only"], required=False)
    host = forms.CharField(label=SETTINGS["host"], max_length=120, required=False)
    port = forms.IntegerField(label=SETTINGS["port"], min_value=1, max_value=65_535, required=False)
    user = forms.CharField(label=SETTINGS["user"], max_length=80, required=False)
    known_hosts = forms.CharField(
        label=SETTINGS["known_hosts"], max_length=80, required=False,
        help_text=_("A file name in the folder of secrets; a host that is not in it is refused."),
    )  # fmt: skip
    key_file = forms.CharField(
        label=SETTINGS["key_file"], max_length=80, required=False,
        help_text=_("A file name in the folder of secrets. The secret itself is never entered here."),
    )  # fmt: skip
    password_file = forms.CharField(label=SETTINGS["password_file"], max_length=80, required=False)
    target = forms.ChoiceField(label=_("Into"), required=False)
    mapping = forms.ChoiceField(
        label=_("Mapping"), required=False, help_text=_("A mapping that was saved by an import of such a file.")
    )
    cron = forms.CharField(
        label=_("Rule"), max_length=60, initial="*/10 * * * *",
        help_text=_("Minute, hour, day, month, weekday, in Beijing time: 30 2 * * 1-5 is 02:30 on weekdays."),
    )  # fmt: skip
    due_time = forms.TimeField(
        label=_("Expected by"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Empty: no delivery is expected, none is overdue."),
    )  # fmt: skip
    due_days = forms.ChoiceField(label=_("Expected for"), choices=list(DUE_DAYS.items()))
    due_lag = forms.IntegerField(
        label=_("Days after the business date"), min_value=0, max_value=30, initial=1,
    )  # fmt: skip
    gap = forms.ChoiceField(label=_("When a number is missing"), choices=list(GAPS.items()))
    refused_limit = forms.DecimalField(
        label=_("Refused rows that may pass, in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        initial=Decimal("1.00"), help_text=_("More than this sets the delivery apart before a row is written."),
    )  # fmt: skip
    patience_minutes = forms.IntegerField(
        label=_("Minutes to wait for incomplete files"), min_value=1, max_value=10_080, initial=60
    )
    keep_days = forms.IntegerField(
        label=_("Days to keep the files as evidence"), min_value=1, max_value=3650, initial=180
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_said = [("", _("As the manifest says"))]
        offer(self, "unit", places_in_tree(actor))
        choosing.offer(self, "kind", [(kind.key, kind.label) for kind in connector_kinds])
        choosing.offer(self, "target", [*as_said, *((target.key, target.label) for target in targets)])
        choosing.offer(self, "mapping", [*as_said, *((name, name) for name in mapping_names())])

    def draft(self) -> ConnectorDraft:
        """Return what was entered."""
        data = dict(self.cleaned_data)
        config = {name: data.pop(name) for name in SETTINGS}
        limit = int(data.pop("refused_limit") * PERCENT)
        del data["version"], data["key"]
        data["unit"] = data["unit"].code
        return ConnectorDraft(config=config, refused_limit_bp=limit, **data)


class ReasonForm(forms.Form):
    """Why something is decided."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SourceForm(forms.Form):
    """Who keeps the policies of a source."""

    source = forms.CharField(widget=forms.HiddenInput, max_length=40)
    label = forms.CharField(label=_("Name on pages"), max_length=80)
    owns_policies = forms.BooleanField(
        label=_("Keeps its policies itself"), required=False,
        help_text=_("Then its policies are shown here and changed there."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Where to change them"), max_length=200, required=False,
        help_text=_("For example: submit a policy service request in the core system."),
    )  # fmt: skip
