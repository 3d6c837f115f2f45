"""What a source's row says about a person or a company, judged without a database (PLT-9, CUS-3)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import DocumentType, Sex
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.documents import parse_document

PERSON, ORGANISATION = "P", "O"
OLDEST_AGE = 130


@dataclass(frozen=True, slots=True)
class Identity:
    """A sound document number with what it tells where the source says nothing."""

    document_type: str
    number: str
    birth_on: date | None
    sex: str | None


def read_document(
    document_type: str | None, number: str, *, sex: str | None, birth_on: date | None, today: date
) -> Identity:
    """Return the document in normal form. Without a type the number is a resident's. Raises `Refused` with the codes of
    `keyuan.kernel.identifiers`, on field ``identity_number``."""
    parsed = parse_document(
        DocumentType(document_type or DocumentType.RESIDENT_ID),
        number,
        sex=Sex(sex) if sex else None,
        birth_on=birth_on,
        today=today,
        field="identity_number",
    )
    told = str(parsed.sex) if parsed.sex else None
    return Identity(parsed.kind.value, parsed.number, birth_on or parsed.birth_on, sex or told)


def check_birth(birth_on: date, today: date) -> None:
    """Raise `Refused` customer.birth_in_future or customer.too_old."""
    if birth_on > today:
        raise Refused("customer.birth_in_future", field="birth_on")
    if today.year - birth_on.year > OLDEST_AGE and completed_years(birth_on, today) > OLDEST_AGE:
        raise Refused("customer.too_old", field="birth_on", years=OLDEST_AGE)


def kind_of(stated: str | None, uscc: str | None) -> str:
    """Return P or O: what the source states, else an organisation where there is a credit code."""
    return stated or (ORGANISATION if uscc else PERSON)
