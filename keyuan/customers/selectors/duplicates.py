"""Who might be the person being entered: shown before saving, inside the actor's reach only (CUS-8 on entry)."""

from dataclasses import dataclass
from datetime import date, datetime

from keyuan.customers.models import ContactPoint, CustomerSummary, IdentityDocument, OrganisationProfile
from keyuan.customers.rules.drafts import CustomerDraft
from keyuan.customers.selectors.scope import summaries_visible_to, summary_sources
from keyuan.kernel.actor import Actor
from keyuan.kernel.names import normalise_name, pinyin_readings
from keyuan.platform.crypto import blind_index

#: Most candidates that are shown, and most rows that one sign is followed to.
SHOWN, LOOKED_AT = 5, 20
#: Signs of one person, the strongest first; pages word them.
SAME_NUMBER, SAME_CODE, SAME_NAME_AND_BIRTH, SAME_PHONE = "number", "uscc", "name_birth", "phone"
STRENGTH = (SAME_NUMBER, SAME_CODE, SAME_NAME_AND_BIRTH, SAME_PHONE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A customer in reach who may be the same one, and the signs that say so."""

    summary: CustomerSummary
    signs: tuple[str, ...]


def likely_duplicates(
    actor: Actor, draft: CustomerDraft, *, now: datetime, exclude: int | None = None
) -> list[Likeness]:
    """Return the customers in reach that share a number, a code, a phone, or name and birth date with ``draft``.

    The draft is in normal form. Customers out of reach are neither shown nor hinted at.
    """
    signs: dict[int, set[str]] = {}
    for sign, ids in (
        (SAME_NUMBER, _by_number([row.number for row in draft.documents if row.number and not row.remove])),
        (
            SAME_PHONE,
            _by_phone([row.value for row in draft.contacts if row.value and not row.remove and _is_phone(row.kind)]),
        ),
        (SAME_CODE, _by_code(str(draft.organisation.get("uscc") or ""))),
        (SAME_NAME_AND_BIRTH, _by_name(actor, str(draft.fields.get("name") or ""), draft.fields.get("birth_on"), now)),
    ):
        for pk in ids:
            signs.setdefault(pk, set()).add(sign)
    signs.pop(exclude or 0, None)
    if not signs:
        return []
    rows = summaries_visible_to(actor, now=now).filter(pk__in=list(signs), customer__merged_into__isnull=True)
    found = [Likeness(row, tuple(sign for sign in STRENGTH if sign in signs[row.pk])) for row in rows]
    found.sort(key=lambda likeness: (STRENGTH.index(likeness.signs[0]), -len(likeness.signs), likeness.summary.pk))
    return found[:SHOWN]


def _is_phone(kind: str) -> bool:
    return kind in ("MOBILE", "LANDLINE")


def _by_number(numbers: list[str]) -> list[int]:
    if not numbers:
        return []
    tokens = [blind_index("identity_number", number) for number in numbers]
    rows = IdentityDocument.objects.filter(number_index__in=tokens)[:LOOKED_AT]
    return [row.customer_id for row in rows if any(row.identity_number.equals(number) for number in numbers)]


def _by_phone(phones: list[str]) -> list[int]:
    if not phones:
        return []
    tokens = [blind_index("phone", phone) for phone in phones]
    rows = ContactPoint.objects.filter(value_index__in=tokens, phone__isnull=False)[:LOOKED_AT]
    return [row.customer_id for row in rows if any(row.phone.equals(phone) for phone in phones)]


def _by_code(uscc: str) -> list[int]:
    if not uscc:
        return []
    return list(OrganisationProfile.objects.filter(uscc=uscc).values_list("customer_id", flat=True)[:LOOKED_AT])


def _by_name(actor: Actor, name: str, birth_on: date | None, now: datetime) -> list[int]:
    readings = pinyin_readings(name)
    if not readings or birth_on is None:
        return []
    same = {"name_sort": readings[0][0][:60], "name": normalise_name(name), "birth_on": birth_on}
    return [
        pk
        for source in summary_sources(actor, now=now)
        for pk in source.filter(**same).values_list("pk", flat=True)[:LOOKED_AT]
    ]
