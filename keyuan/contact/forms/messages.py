"""Forms of templates, sending, providers and settings: shape and field errors."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact.drivers.senders.opening import MODES, SECURITIES
from keyuan.contact.drivers.senders.sms_http import SIGNATURES
from keyuan.contact.forms.message_words import LANGUAGES, VARIABLE_KINDS
from keyuan.contact.models import MessageProvider, TemplateVersion
from keyuan.contact.rules.messages.rendering import places_of
from keyuan.contact.rules.messages.variables import KIND_OF, Source, Variable, VariableKind
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.messages.templates import TemplateContents
from keyuan.kernel.errors import Refused
from keyuan.platform.choosing import offer
from keyuan.platform.wording import say

CHANNELS = [(key, labels.CHANNELS[key]) for key in ("SMS", "EMAIL", "WECHAT")]
#: Rows for places that the sender fills.
ROWS = 6
#: Places that the record fills, by the name they have in texts.
AUTOMATIC = {str(source).lower(): source for source in Source if source is not Source.GIVEN}


def purpose_choices() -> list[tuple[str, Any]]:
    """Return the purposes that customers are contacted for."""
    found = purposes()
    return [
        (key, labels.PURPOSES.get(key) or terms.name or key)
        for key, terms in found.items()
        if terms.is_active and terms.is_contact
    ]


class TemplateForm(forms.Form):
    """A template: what it is called, how and why it is sent, its texts, and the places that the sender fills."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("For programs; it is never changed."))
    name = forms.CharField(label=_("Name of the template"), max_length=80)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    purpose = forms.ChoiceField(label=_("Purpose"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    sections = (("head", _("Template"), ("code", "name", "channel", "purpose", "note")),)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, is_new: bool = True) -> None:
        super().__init__(data, initial=dict(initial or {}))
        offer(self, "purpose", purpose_choices())
        if not is_new:
            for name in ("code", "channel", "purpose"):
                del self.fields[name]
        for language, label in LANGUAGES.items():
            self.fields[f"subject_{language}"] = forms.CharField(
                label=_("Subject"), max_length=100, required=False, help_text=_("For mail only")
            )
            self.fields[f"body_{language}"] = forms.CharField(
                label=label,
                max_length=5000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            )
        for row in range(ROWS):
            self._add_row(row)

    def _add_row(self, row: int) -> None:
        kinds = [(str(kind), label) for kind, label in VARIABLE_KINDS.items()]
        self.fields[f"place_{row}"] = forms.CharField(
            label=pgettext_lazy("template", "Place"), max_length=32, required=False
        )
        self.fields[f"kind_{row}"] = forms.ChoiceField(label=_("Holds"), choices=kinds, required=False)
        self.fields[f"label_{row}"] = forms.CharField(label=_("Called"), max_length=40, required=False)
        self.fields[f"sample_{row}"] = forms.CharField(label=_("Example"), max_length=120, required=False)

    @property
    def places(self) -> list[list[forms.BoundField]]:
        """The rows of places."""
        return [[self[f"{part}_{row}"] for part in ("place", "kind", "label", "sample")] for row in range(ROWS)]

    @property
    def texts(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Subject and body of each language."""
        return [(key, self[f"subject_{key}"], self[f"body_{key}"]) for key in LANGUAGES]

    @property
    def head(self) -> list[forms.BoundField]:
        """The fields above the texts."""
        return [self[name] for name in ("code", "name", "channel", "purpose", "note") if name in self.fields]

    def contents(self) -> TemplateContents:
        """Return texts and places as the services take them; automatic places are declared where a text uses them."""
        values = self.cleaned_data
        texts = {
            key: {"subject": values.get(f"subject_{key}", ""), "body": values.get(f"body_{key}", "")}
            for key in LANGUAGES
        }
        return TemplateContents(texts, [*_automatic(texts), *self._given()])

    def _given(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        rows = [
            {part: values.get(f"{part}_{row}", "") for part in ("place", "kind", "label", "sample")}
            for row in range(ROWS)
        ]
        return [
            {"name": row["place"].strip("{} "), "kind": row["kind"], "label": row["label"], "sample": row["sample"]}
            for row in rows
            if row["place"].strip("{} ")
        ]

    def explain(self, error: Refused) -> None:
        """Put a refusal beside the row or text it speaks of."""
        name = str(error.params.get("name", ""))
        field = error.field
        if field in ("variables", "values"):
            rows = (
                row
                for row in range(ROWS)
                if name and name in (self[f"place_{row}"].value() or "", self[f"label_{row}"].value() or "")
            )
            found = next(rows, None)
            field = "place_0" if found is None else f"place_{found}"
        self.add_error(field if field in self.fields else None, say(error))


def _automatic(texts: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for text in texts.values():
        for part in text.values():
            try:
                names = places_of(part)
            except Refused:
                continue
            for name in names:
                if name in AUTOMATIC:
                    source = AUTOMATIC[name]
                    found[name] = {"name": name, "source": str(source), "kind": str(KIND_OF[source])}
    return list(found.values())


def initial_of(version: TemplateVersion | None) -> dict[str, Any]:
    """Return what a form begins with to change ``version``."""
    if version is None:
        return {}
    values: dict[str, Any] = {}
    for language, text in version.texts.items():
        values |= {f"subject_{language}": text.get("subject", ""), f"body_{language}": text.get("body", "")}
    given = [row for row in version.variables if row.get("source", "GIVEN") == "GIVEN"]
    for number, row in enumerate(given[:ROWS]):
        values |= {f"place_{number}": row["name"], f"kind_{number}": row["kind"]}
        values |= {f"label_{number}": row["label"], f"sample_{number}": row["sample"]}
    return values


class SendForm(forms.Form):
    """What the sender fills in: one field for each place, the address, and when."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    contact_point = forms.ChoiceField(label=_("To"), required=False)
    not_before = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: at once"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        variables: Iterable[Variable] = (),
        points: Iterable[tuple[str, str]] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.variables = [variable for variable in variables if variable.source is Source.GIVEN]
        offer(self, "contact_point", points)
        for variable in self.variables:
            widget = (
                forms.DateInput(attrs={"type": "date"}) if variable.kind is VariableKind.DATE else forms.TextInput()
            )
            self.fields[f"value_{variable.name}"] = forms.CharField(
                label=variable.label or variable.name, max_length=120, widget=widget
            )

    def values(self) -> dict[str, str]:
        """Return what fills the places."""
        return {variable.name: self.cleaned_data[f"value_{variable.name}"] for variable in self.variables}

    def explain(self, error: Refused) -> None:
        """Put a refusal beside its place."""
        name = error.params.get("name")
        field = next((f"value_{row.name}" for row in self.variables if name in (row.name, row.label)), None)
        self.add_error(field or (error.field if error.field in self.fields else None), say(error))


def _choices(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class ProviderForm(forms.Form):
    """What all providers have; each kind adds its settings. Secrets are named, never entered."""

    key = forms.CharField(label=_("Key"), max_length=30)
    name = forms.CharField(label=_("Name of the provider"), max_length=60)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    order = forms.IntegerField(
        label=pgettext_lazy("provider", "Order"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=_("The lowest one in use sends."),
    )
    per_minute = forms.IntegerField(label=_("Messages a minute"), min_value=0, max_value=100_000, initial=600)
    connections = forms.IntegerField(label=_("Connections at a time"), min_value=1, max_value=16, initial=4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    config_fields: tuple[str, ...] = ()

    def config(self) -> dict[str, Any]:
        """Return the settings of the kind."""
        return {
            name: self.cleaned_data[name]
            for name in self.config_fields
            if self.cleaned_data.get(name) not in ("", None)
        }

    def common(self) -> dict[str, Any]:
        """Return what all providers have."""
        names = ("name", "channel", "is_active", "order", "per_minute", "connections")
        return {name: self.cleaned_data[name] for name in names}


SECRET_HELP = _("The name of a file in the folder of secrets. The secret itself is never entered here.")


class OutboxProviderForm(ProviderForm):
    """The outbox that sends nothing."""


class SmtpForm(ProviderForm):
    """A mail server."""

    config_fields = (
        "host", "port", "security", "username", "password_file", "from_address", "from_name", "reply_to",
        "callback_secret_file",
    )  # fmt: skip
    host = forms.CharField(label=_("Mail server"), max_length=200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=465)
    security = forms.ChoiceField(label=_("Encryption"), choices=_choices(SECURITIES))
    username = forms.CharField(label=_("User name"), max_length=200, required=False)
    password_file = forms.CharField(label=_("Secret"), max_length=60, required=False, help_text=SECRET_HELP)
    from_address = forms.CharField(label=_("Sender address"), max_length=200)
    from_name = forms.CharField(label=_("Sender name"), max_length=60, required=False)
    reply_to = forms.CharField(label=_("Answers go to"), max_length=200, required=False)
    callback_secret_file = forms.CharField(
        label=_("Secret of reports"), max_length=60, required=False, help_text=SECRET_HELP
    )


class JsonTextField(forms.CharField):
    """Names and texts as JSON."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Show what is stored as JSON."""
        return json.dumps(value, ensure_ascii=False, indent=1) if isinstance(value, dict | list) else value

    def to_python(self, value: Any) -> Any:
        """Read JSON; raises a field error that shows what it should look like."""
        text = str(value or "").strip()
        if not text:
            return {}
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values()):
            raise forms.ValidationError(
                _('Write names and texts like this: {"mobile": "{phone}", "content": "{text}"}')
            )
        return found


class SmsForm(ProviderForm):
    """A gateway of text messages."""

    config_fields = (
        "url", "account", "secret_file", "body", "fields_map", "headers_map", "signature", "signed", "code_path",
        "success", "reference_path", "bad_numbers", "later", "is_idempotent", "callback_secret_file",
    )  # fmt: skip
    url = forms.CharField(label=_("Address of the gateway"), max_length=300)
    account = forms.CharField(label=_("Account"), max_length=100, required=False)
    secret_file = forms.CharField(label=_("Secret"), max_length=60, required=False, help_text=SECRET_HELP)
    body = forms.ChoiceField(label=_("Body"), choices=_choices(("json", "form")))
    fields_map = JsonTextField(
        label=_("Fields of the request"),
        help_text=_("Places: {phone}, {text}, {key}, {account}, {timestamp}, {secret}, {sign}"),
    )
    headers_map = JsonTextField(label=_("Headers of the request"), required=False)
    signature = forms.ChoiceField(label=_("Signature"), choices=_choices(SIGNATURES))
    signed = forms.CharField(
        label=_("What is signed"), max_length=300, required=False, help_text=_("Example: {account}{timestamp}{key}")
    )
    code_path = forms.CharField(label=_("Where the answer's code stands"), max_length=60, initial="code")
    success = forms.CharField(label=_("Code of success"), max_length=20, initial="0")
    reference_path = forms.CharField(label=_("Where the message's reference stands"), max_length=60, required=False)
    bad_numbers = forms.CharField(label=_("Codes of dead numbers"), max_length=200, required=False)
    later = forms.CharField(label=_("Codes that say: later"), max_length=200, required=False)
    is_idempotent = forms.BooleanField(label=_("The gateway drops a second request of one {key}"), required=False)
    callback_secret_file = forms.CharField(
        label=_("Secret of reports"), max_length=60, required=False, help_text=SECRET_HELP
    )

    def config(self) -> dict[str, Any]:
        """Return the settings, maps under their own names and codes as lists."""
        found = super().config()
        found["fields"] = found.pop("fields_map", {})
        found["headers"] = found.pop("headers_map", {})
        for name in ("bad_numbers", "later"):
            found[name] = [code for code in str(found.get(name, "")).replace("，", ",").split(",") if code.strip()]
        return found


class WecomForm(ProviderForm):
    """An application of WeChat Work."""

    config_fields = ("corp_id", "agent_id", "secret_file", "mode")
    corp_id = forms.CharField(label=_("Company id (CorpID)"), max_length=60)
    agent_id = forms.CharField(label=_("Application id (AgentID)"), max_length=20)
    secret_file = forms.CharField(label=_("Secret"), max_length=60, help_text=SECRET_HELP)
    mode = forms.ChoiceField(label=_("Receivers"), choices=_choices(MODES))


PROVIDER_FORMS: dict[str, type[ProviderForm]] = {
    MessageProvider.Kind.OUTBOX: OutboxProviderForm,
    MessageProvider.Kind.SMTP: SmtpForm,
    MessageProvider.Kind.SMS_HTTP: SmsForm,
    MessageProvider.Kind.WECOM: WecomForm,
}


class PolicyForm(forms.Form):
    """What counts for all messages."""

    company = forms.CharField(label=_("Company"), max_length=40)
    sign = forms.CharField(label=_("Sign of text messages"), max_length=20, help_text=_("Put on as 【sign】 by itself"))
    way_out = forms.CharField(label=_("Way out of marketing"), max_length=40)
    hotline = forms.CharField(label=_("Service line"), max_length=20)
    public_url = forms.CharField(
        label=_("Public address"),
        max_length=200,
        required=False,
        help_text=_("For the link by which readers of marketing mail unsubscribe. Example: https://service.example.cn"),
    )
    words = forms.CharField(
        label=_("Words that no message may use"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in each line. Empty: the list that comes with the product."),
    )
    bounces = forms.IntegerField(label=_("Hard failures after which an address is dead"), min_value=1, max_value=20)
    expire_hours = forms.IntegerField(label=_("Hours after which a message is given up"), min_value=1, max_value=720)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_words(self) -> list[str]:
        """Return the words as a list."""
        return [word.strip() for word in self.cleaned_data["words"].splitlines() if word.strip()]


class DecisionForm(forms.Form):
    """What became of a message in doubt, and how that is known."""

    decision = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            ("sent", _("It went out")),
            ("again", _("Send it again; a double is accepted")),
            ("drop", _("It did not go out and is not sent again")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("How do you know?"), max_length=200)


class BounceForm(forms.Form):
    """A file of bounces."""

    file = forms.FileField(label=_("File of bounces (CSV)"), help_text=_("With a column message_id"))


class ApprovalForm(forms.Form):
    """Approving or refusing a version."""

    approve = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Approve it")), ("no", _("Do not approve it"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Reason"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
