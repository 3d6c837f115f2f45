"""Identity documents by type: which build a number must have (domain.md G)."""

import re
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.codes import DocumentType, Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.resident_id import ResidentId, ResidentKind, parse_resident_id
from keyuan.kernel.identifiers.typed import compact
from keyuan.kernel.identifiers.uscc import parse_organisation_code, parse_uscc

_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_PATTERNS = {
    DocumentType.HOUSEHOLD_BOOKLET: re.compile(r"[A-Z0-9]{6,20}"),
    DocumentType.OFFICER: re.compile(r"[\u4e00-\u9fff]{0,6}[A-Z0-9]{4,18}号?"),
    DocumentType.ARMED_POLICE_OFFICER: re.compile(r"[\u4e00-\u9fff]{0,6}[A-Z0-9]{4,18}号?"),
    DocumentType.BIRTH_CERTIFICATE: re.compile(r"[A-Z]\d{9}"),
    DocumentType.DRIVING_LICENCE: re.compile(r"[A-Z0-9]{8,18}"),
    DocumentType.DIPLOMATIC_PASSPORT: _PASSPORT,
    DocumentType.SERVICE_PASSPORT: _PASSPORT,
    DocumentType.PUBLIC_AFFAIRS_PASSPORT: _PASSPORT,
    DocumentType.PASSPORT: _PASSPORT,
    DocumentType.HONG_KONG_PASSPORT: re.compile(r"[HK][A-Z]?\d{7,8}"),
    DocumentType.MACAO_PASSPORT: re.compile(r"M[A-Z]?\d{7,8}"),
    # Eight digits; the paper booklet before the card had ten with a letter in brackets.
    DocumentType.TAIWAN_TRAVEL_PERMIT: re.compile(r"\d{8}|\d{10}(?:\(?[A-Z]\)?)?"),
    # The two digits behind count renewals and stand on old cards only.
    DocumentType.HOME_RETURN_PERMIT: re.compile(r"[HM]\d{8}(?:\d{2})?"),
    DocumentType.FOREIGNER_RESIDENCE: re.compile(r"[A-Z]{3}\d{12}"),
    DocumentType.OTHER: re.compile(r".{1,40}"),
    DocumentType.TAX_REGISTRATION: re.compile(r"[A-Z0-9]{15,20}"),
    DocumentType.GOVERNMENT_BODY: re.compile(r"[A-Z0-9]{4,30}"),
    DocumentType.PUBLIC_INSTITUTION: re.compile(r"[A-Z0-9]{4,30}"),
    DocumentType.SOCIAL_ORGANISATION: re.compile(r"[A-Z0-9]{4,30}"),
    DocumentType.OTHER_BODY: re.compile(r"[A-Z0-9]{4,30}"),
}
_RESIDENT_KINDS = {
    DocumentType.RESIDENT_ID: ResidentKind.CITIZEN,
    DocumentType.TEMPORARY_ID: ResidentKind.CITIZEN,
    DocumentType.RESIDENCE_PERMIT: ResidentKind.HK_MACAO_TAIWAN,
    DocumentType.FOREIGNER_RESIDENCE: ResidentKind.FOREIGNER,
}
_OLD_LICENCE = re.compile(r"\d{15}")


@dataclass(frozen=True, slots=True)
class Document:
    """A document number in its normal form; birth date and sex where the number tells them."""

    kind: DocumentType
    number: str
    birth_on: date | None = None
    sex: Sex | None = None
    warnings: tuple[str, ...] = ()


def parse_document(
    kind: DocumentType,
    text: str,
    *,
    sex: Sex | None = None,
    birth_on: date | None = None,
    today: date | None = None,
    field: str | None = None,
) -> Document:
    """Return the number of a document of ``kind`` as typed in ``text``.

    Raises `Refused`: the codes of resident_id, uscc and organisation_code where ``kind`` has such a number,
    resident_id.kind for a sound number of another group of people, document.empty, document.pattern (``type``).
    """
    number = compact(text)
    if not number:
        raise Refused("document.empty", field=field)
    if kind in _RESIDENT_KINDS and not _is_old_foreigner(kind, number):
        return _resident(kind, parse_resident_id(text, sex=sex, birth_on=birth_on, today=today, field=field), field)
    if kind is DocumentType.ORGANISATION_CODE:
        return Document(kind, parse_organisation_code(text, field=field))
    if kind is DocumentType.BUSINESS_LICENCE and not _OLD_LICENCE.fullmatch(number):
        code = parse_uscc(text, field=field)
        return Document(kind, code.number, warnings=code.warnings)
    if kind in _PATTERNS and not _PATTERNS[kind].fullmatch(number):
        raise Refused("document.pattern", field=field, type=kind.value)
    return Document(kind, number.replace("(", "").replace(")", ""))


def _is_old_foreigner(kind: DocumentType, number: str) -> bool:
    return kind is DocumentType.FOREIGNER_RESIDENCE and len(number) == 15


def _resident(kind: DocumentType, parsed: ResidentId, field: str | None) -> Document:
    if parsed.kind is not _RESIDENT_KINDS[kind]:
        raise Refused("resident_id.kind", field=field, type=kind.value)
    return Document(kind, parsed.number, parsed.birth_on, parsed.sex, parsed.warnings)
