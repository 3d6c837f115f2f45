"""The head of the archive's form: fields of a person and of an organisation, and the sections of both."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.display import lunar_day_text, lunar_month_text
from keyuan.customers.forms.inputs import AmountField, DayField, choice, short, whole
from keyuan.customers.forms.places import cities_of, counties_of, province_choices
from keyuan.customers.selectors import labels

LUNAR_MONTHS = [
    ("", "--"),
    *((str(month), lunar_month_text(month)) for number in range(1, 13) for month in (number, -number)),
]
LUNAR_DAYS = [("", "--"), *((str(day), lunar_day_text(day)) for day in range(1, 31))]


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class Head(forms.Form):
    """What persons and organisations share: name, place, source, preferences, note."""

    #: Declared by each head: sections, columns of the head record, columns of the profile, kinds of rows.
    sections: tuple[tuple[str, Any, tuple[str, ...]], ...] = ()
    head_fields: tuple[str, ...] = ()
    profile_fields: tuple[str, ...] = ()
    row_kinds: tuple[str, ...] = ()

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    region_province = forms.ChoiceField(label=_("Province"), required=False)
    region_city = forms.ChoiceField(label=_("City"), required=False)
    region_county = forms.ChoiceField(label=_("District or county"), required=False)
    prospect_source = choice(_("Source of the customer"), labels.choices_of(labels.PROSPECT_SOURCES))
    preferred_contact = choice(_("Preferred way of contact"), labels.choices_of(labels.CONTACT_WAYS))
    preferred_time = short(_("Preferred time"), 40)
    note = short(_("Note"), 2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        province, city = self._chosen("region_province"), self._chosen("region_city")
        for name, choices in (
            ("region_province", province_choices()),
            ("region_city", cities_of(province)),
            ("region_county", counties_of(city if cities_of(province) and city else province)),
        ):
            bound: Any = self.fields[name]
            bound.choices = [("", "--"), *choices]
            bound.widget.attrs["data-place"] = name

    def _chosen(self, name: str) -> str:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(value or "")

    def clean(self) -> dict[str, Any]:
        """Return the values with the region as the most exact code that was chosen."""
        values = super().clean() or self.cleaned_data
        province, city = values.get("region_province") or "", values.get("region_city") or ""
        chosen = values.get("region_county") or city or province
        values["region_code"] = chosen.ljust(6, "0") if chosen else ""
        return values


class PersonHead(Head):
    """A person."""

    former_name = short(_("Former name"), 60)
    sex = choice(_("Sex"), labels.choices_of(labels.SEXES))
    birth_on = DayField(label=_("Birth date"))
    birth_is_lunar = forms.BooleanField(label=_("Keeps the lunar birthday"), required=False)
    lunar_month = forms.TypedChoiceField(
        label=_("Lunar month"),
        choices=LUNAR_MONTHS,
        coerce=_number,
        empty_value=None,
        required=False,
    )
    lunar_day = forms.TypedChoiceField(
        label=_("Lunar day"), choices=LUNAR_DAYS, coerce=_number, empty_value=None, required=False
    )
    nationality = short(_("Nationality"), 3, help_text=_("Three letters, such as CHN"))
    ethnic_group = choice(_("Ethnic group"), labels.choices_of(labels.ETHNIC_GROUPS))
    death_on = DayField(label=_("Date of death"))
    occupation = short(_("Occupation"), 60)
    occupation_code = short(_("Occupation code"), 10, help_text=_("Code of the occupation in the insurer's own table"))
    occupation_class = choice(_("Occupation class"), labels.choices_of(labels.OCCUPATION_CLASSES))
    employer = short(_("Employer's name"), 120)
    income = AmountField(label=_("Yearly income (yuan)"))
    education = choice(_("Education"), labels.choices_of(labels.EDUCATIONS))
    marriage = choice(_("Marital state"), labels.choices_of(labels.MARRIAGES))
    language = choice(_("Language"), labels.choices_of(labels.LANGUAGES))
    risk_appetite = choice(_("Risk appetite"), labels.choices_of(labels.RISK_APPETITES))
    hobbies = short(_("Hobbies"), 200)
    experience = short(_("Experience"), 2000, widget=forms.Textarea(attrs={"rows": 2}))
    height_cm = whole(_("Height (cm)"), 999)
    weight_kg = whole(_("Weight (kg)"), 999)
    health_notes = short(_("Health notes"), 2000, widget=forms.Textarea(attrs={"rows": 2, "data-sealed": ""}))

    head_fields = (
        "name", "former_name", "sex", "birth_on", "birth_is_lunar", "lunar_month", "lunar_day", "nationality",
        "ethnic_group", "death_on", "region_code", "prospect_source", "occupation", "occupation_code",
        "occupation_class", "employer", "income", "education", "marriage", "language", "preferred_contact",
        "preferred_time", "risk_appetite", "hobbies", "experience", "height_cm", "weight_kg", "health_notes", "note",
    )  # fmt: skip
    row_kinds = ("documents", "contacts", "accounts", "needs", "other_covers", "life_events", "feedback")
    sections = (
        ("basic", _("Basic data"), (
            "name", "former_name", "sex", "birth_on", "nationality", "ethnic_group", "birth_is_lunar",
            "lunar_month", "lunar_day", "region_province", "region_city", "region_county", "prospect_source",
            "death_on",
        )),
        ("documents", _("Documents"), ("documents",)),
        ("contacts", _("Contact data"), ("contacts", "preferred_contact", "preferred_time", "language")),
        ("work", _("Occupation and income"), (
            "occupation", "occupation_code", "occupation_class", "employer", "income", "education", "marriage",
        )),
        ("accounts", _("Bank accounts"), ("accounts",)),
        ("needs", _("Preferences and needs"), ("risk_appetite", "hobbies", "experience", "needs")),
        ("covers", _("Cover elsewhere"), ("other_covers",)),
        ("events", _("Life events"), ("life_events",)),
        ("feedback", _("Opinions"), ("feedback",)),
        ("health", _("Health"), ("height_cm", "weight_kg", "health_notes")),
        ("more", _("Note"), ("note",)),
    )  # fmt: skip


class OrganisationHead(Head):
    """An organisation; its name is the registered one."""

    uscc = short(_("Unified social credit code"), 24)
    legal_representative = short(_("Legal representative"), 60)
    founded_on = DayField(label=_("Founded on"))
    registered_capital = AmountField(label=_("Registered capital (yuan)"))
    industry = short(_("Industry"), 40)
    size = choice(_("Size"), labels.choices_of(labels.SIZES))
    employees = whole(_("Employees"), 10_000_000)
    service_roles = forms.MultipleChoiceField(
        label=_("Service roles"),
        choices=labels.choices_of(labels.SERVICE_ROLES, empty=False),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    business_scope = short(_("Business scope"), 4000, widget=forms.Textarea(attrs={"rows": 3}))

    head_fields = ("name", "region_code", "prospect_source", "preferred_contact", "preferred_time", "note")
    profile_fields = (
        "uscc", "legal_representative", "founded_on", "registered_capital", "industry", "size", "employees",
        "service_roles", "business_scope",
    )  # fmt: skip
    row_kinds = ("documents", "contacts", "accounts", "organisation_years", "needs", "feedback")
    sections = (
        ("basic", _("Basic data"), ("name", "region_province", "region_city", "region_county", "prospect_source")),
        ("registration", _("Registration"), profile_fields),
        ("documents", _("Documents"), ("documents",)),
        ("contacts", _("Contact data"), ("contacts", "preferred_contact", "preferred_time")),
        ("accounts", _("Bank accounts"), ("accounts",)),
        ("years", _("Yearly figures"), ("organisation_years",)),
        ("needs", _("Needs"), ("needs",)),
        ("feedback", _("Opinions"), ("feedback",)),
        ("more", _("Note"), ("note",)),
    )

    def clean_service_roles(self) -> str:
        """Return the roles as the profile keeps them."""
        return ",".join(self.cleaned_data["service_roles"])
