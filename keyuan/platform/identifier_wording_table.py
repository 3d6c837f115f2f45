"""Sentences of the codes that the kernel raises about typed values: what is wrong with which field, and what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "resident_id.empty": _("Enter the identity number."),
    "resident_id.length": _(
        "The identity number has %(length)s characters, %(expected)s are needed. Check it and enter it again."
    ),
    "resident_id.character": _(
        "Character %(position)s of the identity number is not allowed there. Check it and enter it again."
    ),
    "resident_id.date": _(
        "The identity number holds a birth date that does not exist (from character 7). Check it and enter it again."
    ),
    "resident_id.future": _(
        "The identity number holds a birth date in the future (from character 7). Check it and enter it again."
    ),
    "resident_id.checksum": _(
        "Character %(position)s of the identity number does not fit the others. Check it and enter it again."
    ),
    "resident_id.birth_mismatch": _(
        "The identity number and the birth date contradict each other. Correct whichever is wrong."
    ),
    "resident_id.sex_mismatch": _("The identity number and the sex contradict each other. Correct whichever is wrong."),
    "resident_id.kind": _("This number belongs to another type of document. Choose the type that fits the number."),
    "resident_id.region": _("The region code in the identity number is unknown. Please compare it with the document."),
    "uscc.empty": _("Enter the unified social credit code."),
    "uscc.length": _(
        "The unified social credit code has %(length)s characters, %(expected)s are needed. "
        "Check it and enter it again."
    ),
    "uscc.character": _(
        "Character %(position)s of the unified social credit code is not allowed there. Check it and enter it again."
    ),
    "uscc.checksum": _(
        "Character %(position)s of the unified social credit code does not fit the others. Check it and enter it again."
    ),
    "uscc.organisation_code": _(
        "The organisation code inside the unified social credit code has an unusual check character. Please compare it."
    ),
    "organisation_code.empty": _("Enter the organisation code."),
    "organisation_code.length": _(
        "The organisation code has %(length)s characters, %(expected)s are needed. Check it and enter it again."
    ),
    "organisation_code.character": _(
        "Character %(position)s of the organisation code is not allowed there. Check it and enter it again."
    ),
    "organisation_code.checksum": _(
        "Character %(position)s of the organisation code does not fit the others. Check it and enter it again."
    ),
    "phone.empty": _("Enter the phone number."),
    "phone.character": _("Character %(position)s of the phone number is no digit. Check it and enter it again."),
    "phone.mobile_length": _(
        "The mobile number has %(length)s digits, %(expected)s are needed. Check it and enter it again."
    ),
    "phone.area_code": _("The fixed line has no valid area code. Enter it with its area code, such as 021-58881234."),
    "phone.abroad": _("This is no valid number of the country with code +%(country)s. Check it and enter it again."),
    "phone.pattern": _("This is no valid phone number. Check it and enter it again."),
    "email.empty": _("Enter the e-mail address."),
    "email.length": _("The e-mail address is longer than %(expected)s characters. Check it and enter it again."),
    "email.at": _("The e-mail address needs exactly one @. Check it and enter it again."),
    "email.local": _("The part of the e-mail address before the @ is not valid. Check it and enter it again."),
    "email.domain": _("The part of the e-mail address after the @ is not valid. Check it and enter it again."),
    "bank_card.empty": _("Enter the bank card number."),
    "bank_card.character": _(
        "Character %(position)s of the bank card number is no digit. Check it and enter it again."
    ),
    "bank_card.length": _(
        "The bank card number has %(length)s digits, 13 to 19 are needed. Check it and enter it again."
    ),
    "bank_card.checksum": _("The bank card number does not fit its last digit. Check it and enter it again."),
    "vin.empty": _("Enter the vehicle identification number."),
    "vin.length": _(
        "The vehicle identification number has %(length)s characters, %(expected)s are needed. "
        "Check it and enter it again."
    ),
    "vin.character": _(
        "Character %(position)s of the vehicle identification number does not occur in such numbers "
        "(no I, O or Q). Check it and enter it again."
    ),
    "vin.checksum": _(
        "Character 9 of the vehicle identification number does not fit the others; imported cars may lack it. "
        "Please compare it with the licence."
    ),
    "plate.empty": _("Enter the plate number."),
    "plate.length": _("The plate number has %(length)s characters, 7 or 8 are needed. Check it and enter it again."),
    "plate.province": _("The plate number must begin with the character of a province. Check it and enter it again."),
    "plate.letter": _("The second character of the plate number must be a letter. Check it and enter it again."),
    "plate.pattern": _("This is no valid plate number. Check it and enter it again."),
    "document.empty": _("Enter the document number."),
    "document.pattern": _("The number does not fit this type of document. Check the number and the type."),
    "money.empty": _("Enter the amount."),
    "money.pattern": _("This is no amount. Enter figures, such as 12,860.50 or 3.5万."),
    "money.decimals": _("The amount has more than %(allowed)s decimals. Round it and enter it again."),
    "money.too_large": _("The amount is too large. Check it and enter it again."),
    "allocation.sum": _("The shares must add up to 100%%. Check them and enter them again."),
}
