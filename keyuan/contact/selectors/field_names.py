"""What the fields of the field matrix are called."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

GROUP_NAMES: Mapping[str, Any] = {
    "IDENTITY": _("Identity"),
    "REACH": _("Ways to reach"),
    "WORK": _("Work and income"),
    "LIFE": _("Life and needs"),
    "SENSITIVE": _("Sensitive data"),
}
FIELD_NAMES: Mapping[str, Any] = {
    "name": _("Name"),
    "former_name": _("Former name"),
    "sex": _("Sex"),
    "birth_on": _("Birth date"),
    "nationality": _("Nationality"),
    "ethnic_group": _("Ethnic group"),
    "identity_number": _("Identity number"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "social_account": _("Social account"),
    "region_code": _("Region"),
    "preferred_contact": _("Preferred way of contact"),
    "preferred_time": _("Preferred time"),
    "occupation": _("Occupation"),
    "occupation_code": _("Occupation code"),
    "occupation_class": _("Occupation class"),
    "employer": _("Employer's name"),
    "income": _("Yearly income"),
    "education": _("Education"),
    "marriage": _("Marital state"),
    "language": _("Language"),
    "hobbies": _("Hobbies"),
    "experience": _("Experience"),
    "risk_appetite": _("Risk appetite"),
    "need": _("Needs"),
    "life_event": _("Life events"),
    "other_cover": _("Cover elsewhere"),
    "health": _("Health notes"),
    "height_cm": _("Height (cm)"),
    "weight_kg": _("Weight (kg)"),
    "bank_account": _("Bank account"),
    "biometrics": _("Biometric data"),
}
