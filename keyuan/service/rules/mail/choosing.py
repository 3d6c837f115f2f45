"""Whether a customer hears by mail how their matter ended (SRV-4, SRV-5)."""

from dataclasses import dataclass

from keyuan.service.rules import complaints

EMAIL = "EMAIL"


@dataclass(frozen=True, slots=True)
class Matter:
    """How a matter came, what the customer prefers, and in which capacity somebody complains (empty: no complaint)."""

    contact_channel: str
    preferred_contact: str = ""
    capacity: str = ""


def chose_email(matter: Matter) -> bool:
    """Tell whether the decision is mailed without anybody asking for it.

    Whoever wrote by mail or prefers it chose it. What proxies, heirs, groups and the nameless are told is for a
    person to decide: the address on record need not be theirs.
    """
    if matter.capacity not in ("", complaints.SELF):
        return False
    return EMAIL in (matter.contact_channel, matter.preferred_contact)
