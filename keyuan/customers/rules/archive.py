"""Whether an archive can be saved, field by field, with every value in its normal form (CUS-3).

Identity numbers, USCC, phones, e-mails, accounts and dates are checked; what is merely unusual is a warning.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft
from keyuan.kernel.codes import DocumentType, Sex
from keyuan.kernel.dates import completed_years
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.bank_card import parse_bank_card
from keyuan.kernel.identifiers.documents import parse_document
from keyuan.kernel.identifiers.email import parse_email
from keyuan.kernel.identifiers.phones import PhoneKind, parse_phone
from keyuan.kernel.identifiers.uscc import parse_uscc
from keyuan.kernel.names import normalise_name

PHONES = ("MOBILE", "LANDLINE", "FAX")
OLDEST_AGE = 130
LONGEST_ADDRESS = 200


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
        _check_birth(fields, findings, today)
    judged = replace(
        draft,
        fields=fields,
        organisation=_organisation(draft, findings),
        documents=documents,
        contacts=_contacts(draft.contacts, findings),
        accounts=_accounts(draft.accounts, findings),
    )
    return Verdict(judged, tuple(findings.errors), tuple(findings.warnings))


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


def _contacts(rows: tuple[ContactDraft, ...], findings: _Findings) -> tuple[ContactDraft, ...]:
    judged = []
    for position, row in enumerate(rows):
        if row.value is None or row.remove:
            judged.append(row)
            continue
        where = f"contacts-{position}-value"
        judged.append(replace(row, value=findings.parsed(row.value, lambda text, r=row, w=where: _value(r, text, w))))
    return tuple(judged)


def _value(row: ContactDraft, text: str, where: str) -> str:
    """Return the normal form of a contact's value; raises `Refused`."""
    if row.kind in PHONES:
        phone = parse_phone(text, field=where)
        fixed = phone.kind in (PhoneKind.FIXED, PhoneKind.SERVICE)
        if fixed if row.kind == "MOBILE" else phone.kind is PhoneKind.MOBILE:
            raise Refused("contact.wrong_phone_kind", field=where)
        return phone.number
    if row.kind == "EMAIL":
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
        number = findings.parsed(row.number, lambda text, w=where: parse_bank_card(text, field=w))
        judged.append(replace(row, number=number))
    return tuple(judged)


def _organisation(draft: CustomerDraft, findings: _Findings) -> dict[str, Any]:
    profile = dict(draft.organisation)
    if profile.get("uscc"):
        profile["uscc"] = findings.parsed(profile["uscc"], lambda text: parse_uscc(text, field="uscc").number)
    return profile
