"""The one table of personal fields (decision 4): class, sensitivity, sealing, mask and blind index of each.

A test walks every model column and fails on one that looks personal and does not stand here (decision 17).
Classes follow JR/T 0171-2020: C1 internal, C2 identifying or financial, C3 authentication (never stored).
"""

from dataclasses import dataclass
from enum import StrEnum


class DataClass(StrEnum):
    """JR/T 0171-2020 classes of personal financial information."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"


@dataclass(frozen=True, slots=True)
class PersonalField:
    """How one personal field is treated everywhere.

    ``mask`` names a function of `keyuan.kernel.masks`; ``index`` and ``tail`` say whether whole values and last fours
    can be found through keyed blind indexes.
    """

    key: str
    data_class: DataClass
    sensitive: bool
    sealed: bool
    mask: str
    index: bool = False
    tail: bool = False


PERSONAL_FIELDS: dict[str, PersonalField] = {
    entry.key: entry
    for entry in (
        PersonalField("name", DataClass.C2, False, False, "name"),
        PersonalField("birth_on", DataClass.C2, False, False, "date"),
        PersonalField("identity_number", DataClass.C2, False, True, "identity_number", index=True, tail=True),
        PersonalField("phone", DataClass.C2, False, True, "phone", index=True, tail=True),
        PersonalField("email", DataClass.C2, False, True, "email", index=True),
        PersonalField("address", DataClass.C2, False, True, "address"),
        PersonalField("social_account", DataClass.C2, False, True, "account_name", index=True),
        PersonalField("bank_account", DataClass.C2, True, True, "bank_account", index=True, tail=True),
        PersonalField("health", DataClass.C2, True, True, "hidden"),
        PersonalField("income", DataClass.C2, True, False, "hidden"),
        PersonalField("policy_no", DataClass.C2, False, False, "policy_no"),
        PersonalField("plate", DataClass.C2, False, False, "plate"),
        PersonalField("vin", DataClass.C2, False, False, "vin"),
        PersonalField("otp_secret", DataClass.C3, True, True, "hidden"),
        PersonalField("message_values", DataClass.C2, False, True, "hidden"),
        PersonalField("webhook_secret", DataClass.C3, False, True, "hidden"),
        PersonalField("mail_secret", DataClass.C3, False, True, "hidden"),
    )
}
