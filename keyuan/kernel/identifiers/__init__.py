"""Numbers the world gives to people, companies, lines, cards and vehicles (domain.md G, CUS-3).

Every ``parse_…`` takes what was typed, returns the one normal form (which blind indexes and comparison use) with what
the number itself tells, and raises `keyuan.kernel.errors.Refused` with a code and the position that is wrong.
``warnings`` are codes of what is odd but must not stop anybody.
"""

from keyuan.kernel.identifiers.bank_card import parse_bank_card
from keyuan.kernel.identifiers.documents import Document, parse_document
from keyuan.kernel.identifiers.email import parse_email
from keyuan.kernel.identifiers.phones import Phone, PhoneKind, parse_phone
from keyuan.kernel.identifiers.regions import Region, current_counties, find_region
from keyuan.kernel.identifiers.resident_id import ResidentId, make_resident_id, parse_resident_id
from keyuan.kernel.identifiers.uscc import Uscc, parse_uscc
from keyuan.kernel.identifiers.vehicle import Plate, PlateKind, Vin, parse_plate, parse_vin

__all__ = [
    "Document",
    "Phone",
    "PhoneKind",
    "Plate",
    "PlateKind",
    "Region",
    "ResidentId",
    "Uscc",
    "Vin",
    "current_counties",
    "find_region",
    "make_resident_id",
    "parse_bank_card",
    "parse_document",
    "parse_email",
    "parse_phone",
    "parse_plate",
    "parse_resident_id",
    "parse_uscc",
    "parse_vin",
]
