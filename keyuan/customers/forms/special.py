"""Forms of key accounts and of the claims watch list (CUS-10)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import KeyAccount
from keyuan.customers.selectors.watching import CRITERIA, GRADES
from keyuan.customers.services.accounts.key_accounts import AccountDraft, ContactLine
from keyuan.customers.services.watching.listings import ListingDraft
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.people import person_by_id, person_by_staff_no
from keyuan.platform import people

RECEPTIONS = {
    "CHIEF": _("Received by the company's leaders"),
    "SENIOR": _("Received by the branch's leaders"),
    "DEPARTMENT": _("Received by the department"),
}
#: Lines for the people at the customer's side.
LINES = 3
HALF_YEAR, YEAR = timedelta(days=182), timedelta(days=365)


def day_field(label: Any) -> forms.DateField:
    """Return a field for a day, by the browser's own picker."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class KeyAccountForm(forms.Form):
    """Who looks after a key account, how it is received, whom we talk to."""

    reception = forms.ChoiceField(label=_("Reception level"), choices=list(RECEPTIONS.items()))
    underwriting_manager = forms.CharField(
        label=_("Manager for underwriting"), max_length=60, help_text=_("Name or staff number")
    )
    claims_manager = forms.CharField(label=_("Manager for claims"), max_length=60, help_text=_("Name or staff number"))
    report_every_days = forms.IntegerField(
        label=_("Contact report every (days)"), min_value=1, max_value=366, initial=90
    )
    review_on = day_field(_("Review by"))
    arrangements = forms.CharField(
        label=_("Arrangements of reception"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, actor: Actor, today: date, account: KeyAccount | None = None) -> None:
        super().__init__(data, initial=initial_of(account, today))
        self._actor = actor
        lines = list(account.contacts.order_by("position")) if account else []
        for place in range(1, LINES + 1):
            stored = lines[place - 1] if place <= len(lines) else None
            self._add_line(place, stored)

    def _add_line(self, place: int, stored: Any) -> None:
        needed = place <= 2
        name = forms.CharField(label=_("Contact %(place)s") % {"place": place}, max_length=60, required=needed)
        name.initial = stored.name if stored else ""
        duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
        duty.initial = stored.duty if stored else ""
        phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
        if stored and stored.phone:
            # A sealed value stands as its mask; empty means unchanged.
            phone.widget.attrs["placeholder"] = str(stored.phone)
        self.fields |= {f"name_{place}": name, f"duty_{place}": duty, f"phone_{place}": phone}

    def _person(self, name: str) -> int:
        typed = self.cleaned_data[name].strip()
        # A staff number names anybody; a name only those whom the post may see.
        known = person_by_staff_no(typed)
        found = [(known.pk, known.name)] if known else people.search(self._actor, typed)
        if not found:
            raise ValidationError(_("Nobody in your reach is called so. Check number or name."))
        if len(found) > 1:
            raise ValidationError(_("Several people fit; type the staff number."))
        return int(found[0][0])

    def clean_underwriting_manager(self) -> int:
        """Return the one person whom the typed text means."""
        return self._person("underwriting_manager")

    def clean_claims_manager(self) -> int:
        """Return the one person whom the typed text means."""
        return self._person("claims_manager")

    def clean(self) -> dict[str, Any]:
        """Refuse masks typed as phones."""
        values: dict[str, Any] = super().clean() or {}
        for place in range(1, LINES + 1):
            if "*" in values.get(f"phone_{place}", ""):
                self.add_error(
                    f"phone_{place}",
                    _("This is a masked value with *. Enter the whole value, or leave the field empty."),
                )
        return values

    def draft(self) -> AccountDraft:
        """Return what the service takes."""
        values = self.cleaned_data
        lines = tuple(
            ContactLine(values[f"name_{place}"], values[f"duty_{place}"], values[f"phone_{place}"].strip() or None)
            for place in range(1, LINES + 1)
        )
        return AccountDraft(
            reception=values["reception"],
            underwriting_manager_id=values["underwriting_manager"],
            claims_manager_id=values["claims_manager"],
            report_every_days=values["report_every_days"],
            review_on=values["review_on"],
            reason=values["reason"],
            contacts=lines,
            arrangements=values["arrangements"],
        )


def initial_of(account: KeyAccount | None, today: date) -> dict[str, Any]:
    """Return what the form of a key account begins with."""
    if account is None:
        return {"review_on": today + YEAR}
    names = ("reception", "report_every_days", "review_on", "arrangements", "version")
    return {name: getattr(account, name) for name in names} | {
        "underwriting_manager": staff_no_of(account.underwriting_manager_id),
        "claims_manager": staff_no_of(account.claims_manager_id),
    }


def staff_no_of(user_id: int) -> str:
    """Return the staff number of a member of staff; empty for one who is gone."""
    person = person_by_id(user_id)
    return person.staff_no if person else ""


class ReportForm(forms.Form):
    """A contact report."""

    reported_on = day_field(_("Day of the contact"))
    summary = forms.CharField(label=_("Summary"), max_length=200)
    next_steps = forms.CharField(
        label=_("Next steps"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"reported_on": today})


class EndForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class WatchForm(forms.Form):
    """A proposal for the watch list."""

    grade = forms.ChoiceField(label=_("Grade"), choices=list(GRADES.items()), initial="GREY")
    criterion = forms.ChoiceField(label=_("Criterion"), choices=list(CRITERIA.items()))
    monitors_underwriting = forms.BooleanField(label=_("Underwriting is monitored"), required=False, initial=True)
    escalates_claims = forms.BooleanField(label=_("Every claim goes to the higher unit"), required=False, initial=True)
    review_on = day_field(_("Review by"))
    reason = forms.CharField(label=_("Reason and evidence"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"review_on": today + HALF_YEAR})

    def draft(self) -> ListingDraft:
        """Return what the service takes."""
        return ListingDraft(**self.cleaned_data)


class AppealForm(forms.Form):
    """What the customer says against a listing."""

    received_on = day_field(_("Received on"))
    grounds = forms.CharField(label=_("Grounds"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"received_on": today})


class RenewForm(forms.Form):
    """Until when a listing or an account stands, and why."""

    review_on = day_field(_("Review by"))
    note = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"review_on": today + HALF_YEAR})
