"""Forms of sign-in and of the organisation's pages: shape and field errors."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Conflict, Invalid, KeyuanError, Refused
from keyuan.kernel.width import half_width
from keyuan.organisation.models import Role, Unit
from keyuan.organisation.selectors.labels import REACH_LABELS, SALES_CHANNEL_LABELS, role_label
from keyuan.platform.formats import MISSING
from keyuan.platform.wording import say, say_code

#: Longer passwords only cost hashing time.
LONGEST_PASSWORD = 128
#: One ideographic blank for each level of the tree.
INDENT = "\u3000"


def explain(form: forms.Form, error: Refused) -> None:
    """Put a refusal into ``form``: beside its field, or on top."""
    parts: list[KeyuanError] = list(error.errors) if isinstance(error, Invalid) else [error]
    for part in parts:
        field = getattr(part, "field", None)
        form.add_error(field if field in form.fields else None, say(part))
    if isinstance(error, Conflict) and "version" in error.params:
        show_theirs(form, error.params["version"], error.params.get("theirs", {}))


def accepted(form: forms.Form, act: Callable[[], object]) -> bool:
    """Tell whether ``form`` is valid and ``act`` was carried out; a refusal of it is explained in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as error:
        explain(form, error)
        return False
    return True


def show_theirs(form: forms.Form, version: int, theirs: Mapping[str, Any]) -> None:
    """Put what somebody else saved beside what was typed; saving once more then keeps the own values.

    The form carries the version just read, so that a third editor is noticed too.
    """
    typed = {name: form.cleaned_data.get(name) for name in form.fields}
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    form.data = data
    for name, value in theirs.items():
        if name in form.fields and str(typed[name] or "") != str(value or ""):
            form.add_error(name, say_code("conflict.theirs", {"value": value or MISSING}))


def secret(label: Any, autocomplete: str) -> forms.CharField:
    """Return a field for a password."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget)


class SignInForm(forms.Form):
    """Staff number and password."""

    username = forms.CharField(
        label=_("Staff number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "characters"}),
    )
    password = secret(_("Password"), "current-password")
    remember = forms.BooleanField(label=_("Trust this device for 7 days, my own office computer only"), required=False)

    def clean_username(self) -> str:
        """Staff numbers are kept in capitals, and an input method may send full-width digits."""
        return half_width(str(self.cleaned_data["username"])).strip().upper()


class CodeForm(forms.Form):
    """The code of the second factor, or a recovery code."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class PasskeySignInForm(forms.Form):
    """What a device answers, written by the page's script."""

    answer = forms.CharField(max_length=16_000, widget=forms.HiddenInput)


class PasskeyForm(PasskeySignInForm):
    """A new passkey: its name, and the device's answer."""

    label = forms.CharField(label=_("Name of the device"), max_length=60)


class PasswordChangeForm(forms.Form):
    """The present password and the new one twice."""

    old_password = secret(_("Present password"), "current-password")
    new_password = secret(_("New password"), "new-password")
    repeated = secret(_("New password once more"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Both new ones must be equal."""
        data = super().clean() or self.cleaned_data
        if "new_password" in data and data["new_password"] != data.get("repeated"):
            explain(self, Refused("password.repeat", field="repeated"))
        return data


class PasswordForm(forms.Form):
    """One's own password, asked for before something serious."""

    password = secret(_("Password"), "current-password")


class ReasonForm(forms.Form):
    """Why something is done to somebody's account."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


SALES_CHANNELS = [("", "--"), *((str(channel), label) for channel, label in SALES_CHANNEL_LABELS.items())]
REACHES = [(str(reach), label) for reach, label in REACH_LABELS.items()]


if TYPE_CHECKING:
    UnitField: TypeAlias = forms.ModelChoiceField[Unit]
    RoleField: TypeAlias = forms.ModelChoiceField[Role]
else:
    UnitField = RoleField = forms.ModelChoiceField


def offer(form: forms.Form, name: str, rows: Any) -> None:
    """Let the choice ``name`` of ``form`` offer ``rows``, which the caller has limited to what is in reach."""
    field: Any = form.fields[name]
    field.queryset = rows


class UnitSelect(forms.Select):
    """Offers units without a template and an object for each: a large insurer has fourteen thousand of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 - Django's signature
        """Return the element with its options."""
        own = flatatt({**self.build_attrs(self.attrs, attrs), "name": name})
        chosen = "" if value is None else str(value)
        offered: Any = self.choices
        parts = [f"<select{own}>"]
        if offered.field.empty_label is not None and not (self.is_required and chosen):
            parts.append(f'<option value="">{escape(offered.field.empty_label)}</option>')
        key = offered.field.to_field_name or "pk"
        for pk, level, unit in offered.queryset.values_list(key, "level", "name"):
            mark = " selected" if str(pk) == chosen else ""
            parts.append(f'<option value="{pk}"{mark}>{INDENT * (level - 1)}{escape(unit)}</option>')
        return mark_safe("".join([*parts, "</select>"]))  # every text in it was escaped above


class UnitChoice(UnitField):
    """Choosing a unit: indented by level, in the order of the tree."""

    widget = UnitSelect


class RoleChoice(RoleField):
    """Choosing a role by its name in the language of the page."""

    def label_from_instance(self, obj: Role) -> str:
        """Return the role's name."""
        return role_label(obj)


class UnitForm(forms.Form):
    """A unit's data."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Unit name"), max_length=60)
    sales_channel = forms.ChoiceField(label=_("Sales channel"), choices=SALES_CHANNELS, required=False)
    region_code = forms.RegexField(
        label=_("Region code"), regex=r"^\d{6}$", required=False, help_text=_("Six digits after GB/T 2260")
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class UnitEditForm(UnitForm):
    """Changing a unit; its code stays."""

    code = None  # type: ignore[assignment]  # Django's way to drop a field
    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """Where a unit goes."""

    target = UnitChoice(label=_("New upper unit"), queryset=None)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PersonForm(forms.Form):
    """A new person with a first post."""

    staff_no = forms.RegexField(
        label=_("Staff number"),
        regex=r"^[A-Za-z0-9-]{3,20}$",
        help_text=_("3 to 20 letters, digits or strokes; it signs in and never changes"),
    )
    name = forms.CharField(label=_("Name"), max_length=40)
    role = RoleChoice(label=_("Role"), queryset=None)
    unit = UnitChoice(label=_("Unit"), queryset=None)
    reach = forms.ChoiceField(label=_("Reach"), choices=REACHES)
    sales_channel = forms.ChoiceField(label=_("Sales channel"), choices=SALES_CHANNELS, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)

    sections = (
        ("person", _("Person"), ("staff_no", "name", "email", "phone")),
        ("post", _("First post"), ("role", "unit", "reach", "sales_channel")),
    )


class PersonEditForm(forms.Form):
    """A person's data; sealed values show their mask and stay as they are when left empty (decision 4)."""

    name = forms.CharField(label=_("Name"), max_length=40)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    joined_on = forms.DateField(
        label=_("Joined on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """A mask typed back is refused."""
        return self._unmasked("email")

    def clean_phone(self) -> str:
        """A mask typed back is refused."""
        return self._unmasked("phone")

    def _unmasked(self, name: str) -> str:
        value = str(self.cleaned_data[name]).strip()
        if "*" in value:
            raise forms.ValidationError(_("Type the whole value, or leave it empty to keep the present one."))
        return value


class PostForm(forms.Form):
    """A further post."""

    role = RoleChoice(label=_("Role"), queryset=None)
    unit = UnitChoice(label=_("Unit"), queryset=None)
    reach = forms.ChoiceField(label=_("Reach"), choices=REACHES)
    sales_channel = forms.ChoiceField(label=_("Sales channel"), choices=SALES_CHANNELS, required=False)
    agent_no = forms.CharField(
        label=_("Agent number"),
        max_length=20,
        required=False,
        help_text=_("For a post over own customers: the agent who serves them"),
    )
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_primary = forms.BooleanField(label=_("Primary post: acted in after sign-in"), required=False)


class EndPostForm(forms.Form):
    """The last day of a post."""

    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ClosingForm(forms.Form):
    """Closing the account of a leaver."""

    left_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RoleForm(forms.Form):
    """A role's own data; permissions and field levels are read beside it."""

    code = forms.RegexField(
        label=_("Code"), regex=r"^[a-z][a-z0-9_]{2,39}$", help_text=_("Small letters, digits and underscores")
    )
    name = forms.CharField(label=_("Role name"), max_length=60)
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    default_reach = forms.ChoiceField(label=_("Usual reach"), choices=REACHES)
    reveal_quota = forms.IntegerField(label=_("Reveals a day"), min_value=0, max_value=10_000)
    outsourced = forms.BooleanField(label=_("Outsourced staff: names masked too"), required=False)
    requires_totp = forms.BooleanField(label=_("Second factor required"), required=False)


class RoleEditForm(RoleForm):
    """Changing a role; its code stays."""

    code = None  # type: ignore[assignment]  # Django's way to drop a field
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)


class PolicyForm(forms.Form):
    """The rules of passwords, locks and sessions, and whom to ask."""

    sections = (
        ("passwords", _("Passwords"), ("min_length", "min_classes", "history", "max_age_days")),
        ("locks", _("Locks"), ("lock_failures", "lock_minutes", "stale_days")),
        ("sessions", _("Sessions"), ("session_hours", "single_session")),
        ("help", _("Help"), ("help_line",)),
    )
    min_length = forms.IntegerField(label=_("Shortest password"), min_value=8, max_value=64)
    min_classes = forms.IntegerField(label=_("Classes of characters, of four"), min_value=1, max_value=4)
    history = forms.IntegerField(label=_("Former passwords that cannot be used again"), min_value=0, max_value=24)
    max_age_days = forms.IntegerField(
        label=_("Days until a password expires"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Empty: passwords do not expire"),
    )
    lock_failures = forms.IntegerField(label=_("Wrong attempts that lock an account"), min_value=3, max_value=20)
    lock_minutes = forms.IntegerField(label=_("Minutes that a lock lasts"), min_value=5, max_value=1440)
    stale_days = forms.IntegerField(
        label=_("Days without use after which an account is locked"),
        min_value=14,
        max_value=3650,
        required=False,
        help_text=_("Empty: unused accounts stay open. An administrator can unlock them again."),
    )
    session_hours = forms.IntegerField(
        label=_("Hours after which everybody signs in again"), min_value=1, max_value=24, help_text=_("However busy")
    )
    single_session = forms.BooleanField(label=_("One device at a time: signing in ends other sessions"), required=False)
    help_line = forms.CharField(label=_("Help line on the sign-in page"), max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
