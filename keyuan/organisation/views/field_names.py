"""Names of the personal fields for the role editor; a test holds them against the kernel's table."""

from typing import Any

from django.utils.translation import gettext_lazy as _

FIELD_NAMES: dict[str, Any] = {
    "name": _("Customer name"),
    "birth_on": _("Date of birth"),
    "identity_number": _("Identity number"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "address": _("Street address"),
    "social_account": _("Social account"),
    "bank_account": _("Bank account"),
    "health": _("Health"),
    "income": _("Income"),
    "policy_no": _("Policy number"),
    "plate": _("Number plate"),
    "vin": _("Vehicle identification number"),
    "message_values": _("What a message says"),
    "otp_secret": _("Secret of the second factor"),
    "webhook_secret": _("Signing secret of webhooks"),
    "mail_secret": _("Password of a mailbox"),
}
