"""Whether an archive can be saved, field by field, with every value in its normal form (CUS-3).

Identity numbers, USCC, phones, e-mails, accounts and dates are checked; what is merely unusual is a warning.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from keyuan.customers.rules.birthdays import checked_lunar, lunar_of
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft
from keyuan.kernel.codes import DocumentType, Sex
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.bank_card import parse_bank_card
from keyuan.kernel.identifiers.documents import parse_document
from keyuan.kernel.identifiers.email import parse_email
from keyuan.kernel.identifiers.phones import PhoneKind, parse_phone
from keyuan.kernel.identifiers.resident_id import parse_resident_id
from keyuan.kernel.identifiers.uscc import parse_uscc
from keyuan.kernel.names import check_person_name, normalise_name

PHONES = ("MOBILE", "LANDLINE", "FAX")
OLDEST_AGE = 130
LONGEST_ADDRESS = 200
FIRST_YEAR = 1900
#: Documents whose number holds birth date and sex.
RESIDENT_NUMBERS = tuple(
    kind.value for kind in (DocumentType.RESIDENT_ID, DocumentType.TEMPORARY_ID, DocumentType.RESIDENCE_PERMIT)
)
#: What a body measures: field → (least, most).
BODY = {"height_cm": (30, 260), "weight_kg": (1, 400)}
#: Columns of the unsealed lists that lie in the past.
PAST_DATES = {"life_events": "happened_on", "feedback": "said_on"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The draft in normal form; ``errors`` forbid saving, ``warnings`` are shown beside what was saved."""

    draft: CustomerDraft
    errors: tuple[Refused, ...] = ()
    warnings: tuple[Refused, ...] = ()


class _Findings:
    """Collects refusals while values are brought into normal form."""

    def __init__(self) -> None:
        self.errors: list[Refused] = []
        self.warnings: list[Refused] = []

    def parsed(self, value: str, parse: Callable[[str], str]) -> str:
        """Return the parsed value, or the value as typed after noting what is wrong with it."""
        try:
            return parse(value)
        except Refused as error:
            self.errors.append(error)
            return value


def judge(draft: CustomerDraft, *, today: date) -> Verdict:
    """Return ``draft`` in normal form with everything that is wrong or odd about it."""
    findings = _Findings()
    fields = dict(draft.fields)
    fields["name"] = normalise_name(str(fields.get("name", "")))
    if not fields["name"]:
        findings.errors.append(Refused("customer.name_missing", field="name"))
    documents = _documents(draft, fields, findings, today)
    if draft.kind == "P":
        _check_name(fields["name"], findings)
        _check_birth(fields, findings, today)
        _check_lunar(fields, findings)
    _check_figures(fields, findings)
    _check_lists(draft, findings, today)
    judged = replace(
        draft,
        fields=fields,
        organisation=_organisation(draft, findings, today),
        documents=documents,
        contacts=_contacts(draft.contacts, findings),
        accounts=_accounts(draft.accounts, findings),
    )
    return Verdict(judged, tuple(findings.errors), tuple(findings.warnings))


def _check_name(name: str, findings: _Findings) -> None:
    try:
        check_person_name(name, "name")
    except Refused as error:
        findings.errors.append(error)


def _check_birth(fields: dict[str, Any], findings: _Findings, today: date) -> None:
    born = fields.get("birth_on")
    if born is None:
        return
    if born > today:
        findings.errors.append(Refused("customer.birth_in_future", field="birth_on"))
    elif completed_years(born, today) > OLDEST_AGE:
        findings.errors.append(Refused("customer.too_old", field="birth_on", years=OLDEST_AGE))
    died = fields.get("death_on")
    if died is not None and died < born:
        findings.errors.append(Refused("customer.death_before_birth", field="death_on"))
    if died is not None and died > today:
        findings.errors.append(Refused("customer.death_in_future", field="death_on"))


def _check_lunar(fields: dict[str, Any], findings: _Findings) -> None:
    """Fill the lunar birthday from the birth date where it is kept; a different one is only odd, not wrong."""
    if "birth_is_lunar" not in fields:
        return
    if not fields["birth_is_lunar"]:
        fields |= {"lunar_month": None, "lunar_day": None}
        return
    try:
        typed = checked_lunar(fields.get("lunar_month"), fields.get("lunar_day"))
    except Refused as error:
        findings.errors.append(error)
        return
    born = lunar_of(fields["birth_on"]) if fields.get("birth_on") else None
    kept = typed or born
    if kept is None:
        findings.errors.append(Refused("customer.lunar_incomplete", field="lunar_day"))
        return
    if born is not None and kept != born:
        findings.warnings.append(Refused("customer.lunar_mismatch", field="lunar_day"))
    fields |= {"lunar_month": kept.month, "lunar_day": kept.day}


def _check_figures(fields: dict[str, Any], findings: _Findings) -> None:
    for name, (least, most) in BODY.items():
        value = fields.get(name)
        if value is not None and not least <= value <= most:
            findings.errors.append(Refused("customer.body_figure", field=name, least=least, most=most))
    income = fields.get("income")
    if income is not None and income < 0:
        findings.errors.append(Refused("customer.negative_income", field="income"))


def _check_lists(draft: CustomerDraft, findings: _Findings, today: date) -> None:
    for name, column in PAST_DATES.items():
        for position, row in enumerate(draft.lists.get(name, ())):
            if not row.remove and row.values.get(column) and row.values[column] > today:
                findings.errors.append(Refused("customer.in_future", field=f"{name}-{position}-{column}"))
    seen: set[int] = set()
    for position, row in enumerate(draft.lists.get("organisation_years", ())):
        where, year = f"organisation_years-{position}-year", row.values.get("year")
        if row.remove or year is None:
            continue
        if not FIRST_YEAR <= year <= today.year:
            findings.errors.append(Refused("customer.year", field=where, least=FIRST_YEAR, most=today.year))
        if year in seen:
            findings.errors.append(Refused("customer.year_twice", field=where))
        seen.add(year)


def _documents(
    draft: CustomerDraft, fields: dict[str, Any], findings: _Findings, today: date
) -> tuple[DocumentDraft, ...]:
    """Check each document; a resident number fills an empty sex and birth date, and contradicts a wrong one."""
    judged = []
    for position, row in enumerate(draft.documents):
        if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
            findings.errors.append(Refused("document.ends_before_start", field=f"documents-{position}-valid_until"))
        if row.number is None or row.remove:
            judged.append(row)
            continue
        judged.append(replace(row, number=_number(row, fields, findings, position, today)))
    return tuple(judged)


def _number(row: DocumentDraft, fields: dict[str, Any], findings: _Findings, position: int, today: date) -> str:
    where = f"documents-{position}-number"
    try:
        _refuse_mask(row.number or "", where)
        parsed = parse_document(
            DocumentType(row.document_type),
            row.number or "",
            sex=Sex(fields["sex"]) if fields.get("sex") else None,
            birth_on=fields.get("birth_on"),
            today=today,
            field=where,
        )
    except Refused as error:
        findings.errors.append(error)
        return row.number or ""
    findings.warnings += [Refused(code, field=where) for code in parsed.warnings]
    if parsed.birth_on and not fields.get("birth_on"):
        fields["birth_on"] = parsed.birth_on
    if parsed.sex and not fields.get("sex"):
        fields["sex"] = str(parsed.sex)
    return parsed.number


def _refuse_mask(text: str, where: str) -> None:
    """Refuse a value that was copied from its mask: it would replace the real one (decision 4)."""
    if "*" in text:
        raise Refused("sealed.masked", field=where)


def number_agrees(field: str, value: Any, number: str) -> bool:
    """Tell whether a sound resident ``number`` says the same birth date or sex (``field``) as ``value``."""
    parsed = parse_resident_id(number)
    if field == "birth_on":
        return bool(parsed.birth_on == value)
    return value not in (Sex.MALE, Sex.FEMALE) or parsed.sex is Sex(value)


def _contacts(rows: tuple[ContactDraft, ...], findings: _Findings) -> tuple[ContactDraft, ...]:
    judged = []
    for position, row in enumerate(rows):
        if row.value is None or row.remove:
            judged.append(row)
            continue
        where = f"contacts-{position}-value"
        judged.append(replace(row, value=findings.parsed(row.value, partial(_value, row.kind, where))))
    return tuple(judged)


def _value(kind: str, where: str, text: str) -> str:
    """Return the normal form of a contact's value; raises `Refused`."""
    _refuse_mask(text, where)
    if kind in PHONES:
        phone = parse_phone(text, field=where)
        fixed = phone.kind in (PhoneKind.FIXED, PhoneKind.SERVICE)
        if fixed if kind == "MOBILE" else phone.kind is PhoneKind.MOBILE:
            raise Refused("contact.wrong_phone_kind", field=where)
        return phone.number
    if kind == "EMAIL":
        return parse_email(text, field=where)
    plain = " ".join(text.split())
    if not plain:
        raise Refused("contact.empty", field=where)
    if len(plain) > LONGEST_ADDRESS:
        raise Refused("contact.too_long", field=where, most=LONGEST_ADDRESS)
    return plain


def _accounts(rows: tuple[AccountDraft, ...], findings: _Findings) -> tuple[AccountDraft, ...]:
    judged = []
    for position, row in enumerate(rows):
        if row.number is None or row.remove:
            judged.append(row)
            continue
        where = f"accounts-{position}-number"
        number = findings.parsed(row.number, partial(_account, where))
        judged.append(replace(row, number=number))
    return tuple(judged)


def _account(where: str, text: str) -> str:
    _refuse_mask(text, where)
    return parse_bank_card(text, field=where)


def _organisation(draft: CustomerDraft, findings: _Findings, today: date) -> dict[str, Any]:
    profile = dict(draft.organisation)
    if profile.get("founded_on") and profile["founded_on"] > today:
        findings.errors.append(Refused("customer.founded_in_future", field="founded_on"))
    if profile.get("uscc"):
        profile["uscc"] = findings.parsed(profile["uscc"], lambda text: parse_uscc(text, field="uscc").number)
    return profile
