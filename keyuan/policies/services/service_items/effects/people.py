"""Effects on people: contact data, basic data, identity documents, occupation; kept once, with the customer."""

from datetime import date
from typing import Any

from keyuan.customers.models import ContactPoint, Customer, IdentityDocument
from keyuan.customers.rules.drafts import ContactDraft, CustomerDraft, DocumentDraft
from keyuan.customers.services.revising import revise_customer
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.policies.rules.service_items.codes import Party
from keyuan.policies.selectors.service_items.facts import insured_of
from keyuan.policies.selectors.service_items.pricing import priced_for
from keyuan.policies.services.service_items.effects.premiums import correct, reprice
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.service_items.notices import ACTOR

#: Sealed column → kinds of contact that it becomes.
CONTACTS = {"phone": "MOBILE", "email": "EMAIL", "address": "ADDRESS"}
PERSONAL = ("name", "sex", "birth_on")


def contact(work: Work) -> None:
    """Add the new ways to reach the holder as verified first ones; the old ones stay, no longer first."""
    person = _whose(work, Party.HOLDER)
    given = [column for column in CONTACTS if getattr(work.request, column) is not None]
    kinds = [CONTACTS[column] for column in given]
    known = ContactPoint.objects.filter(customer=person)
    first = list(known.filter(kind__in=kinds, is_primary=True).order_by("pk").values_list("pk", flat=True))
    ids = set(known.values_list("pk", flat=True))
    drafts = tuple(
        ContactDraft(CONTACTS[column], work.opened(column, "policy_service"), source="POLICY", is_primary=True)
        for column in given
    )
    _revise(work, person, CustomerDraft(person.kind, {}, contacts=drafts))
    made = [pk for pk in known.order_by("pk").values_list("pk", flat=True) if pk not in ids]
    ContactPoint.objects.filter(pk__in=made).update(verified_at=work.now)
    work.image["customer"] = {"id": person.pk, "contacts": {"made": made, "first": first}}


def party_info(work: Work) -> None:
    """Set right what was told wrong of a person; the premium of the insured's true age and sex follows (保险法 32)."""
    person = _whose(work, str(work.values["whose"]))
    priced = priced_for(work.policy, work.item, work.values, work.today)
    fields = {name: work.values[name] for name in PERSONAL if work.values.get(name)}
    before = {name: _plain(getattr(person, name)) for name in fields}
    document = _document(work, person) if work.request.identity_number is not None else None
    drafts: tuple[DocumentDraft, ...] = ()
    if document is not None:
        work.request.former_number = document.identity_number
        number = work.opened("identity_number", "policy_service")
        drafts = (_draft_of(document, number=number),)
    _revise(work, person, CustomerDraft(person.kind, fields, documents=drafts))
    if work.policy.holder_id == person.pk and "name" in fields:
        work.put(holder_name=fields["name"])
    changed = {name: [before[name], _plain(value)] for name, value in fields.items()}
    work.image["customer"] = {"id": person.pk, "fields": changed, "number_of": document.pk if document else None}
    if work.request.new_premium is not None:
        correct(work, work.request.new_premium, priced.covers)


def id_expiry(work: Work) -> None:
    """Renew until when an identity document is valid; due diligence looks at the person anew (AML)."""
    person = _whose(work, str(work.values["whose"]))
    document = _document(work, person)
    names = ("valid_from", "valid_until", "is_long_term")
    before = {name: _plain(getattr(document, name)) for name in names}
    ends = None if work.values.get("is_long_term") else work.values.get("valid_until")
    draft = _draft_of(
        document, valid_from=work.values.get("valid_from") or document.valid_from, valid_until=ends,
        is_long_term=bool(work.values.get("is_long_term")),
    )  # fmt: skip
    _revise(work, person, CustomerDraft(person.kind, {}, documents=(draft,)))
    document.refresh_from_db()
    after = {name: [before[name], _plain(getattr(document, name))] for name in names}
    work.image["customer"] = {"id": person.pk, "document": {"id": document.pk, "columns": after}}
    work.told["valid_until"] = _plain(ends) or "长期"


def occupation(work: Work) -> None:
    """Note the insured's new occupation; what falls due from now on costs the premium of its class."""
    person = _whose(work, Party.INSURED)
    priced = priced_for(work.policy, work.item, work.values, work.today)
    fields = {"occupation": work.values["occupation"], "occupation_class": work.values["occupation_class"]}
    before = {name: getattr(person, name) for name in fields}
    _revise(work, person, CustomerDraft(person.kind, fields))
    changed = {name: [before[name], value] for name, value in fields.items()}
    work.image["customer"] = {"id": person.pk, "fields": changed}
    if work.request.new_premium is not None:
        reprice(work, work.request.new_premium, priced.covers)


def restore_person(work: Work, image: dict[str, Any]) -> None:
    """Put back what a request changed of a person. Raises `Refused` request.changed_since."""
    person = Customer.objects.get(pk=image["id"])
    fields = image.get("fields", {})
    if any(_plain(getattr(person, name)) != became for name, (_was, became) in fields.items()):
        raise Refused("request.changed_since", what="customer")
    values = {name: _typed(name, was) for name, (was, _became) in fields.items()}
    draft = CustomerDraft(
        person.kind, values, contacts=_contacts_back(image.get("contacts")), documents=_documents_back(work, image)
    )
    _revise(work, person, draft)


def _contacts_back(image: dict[str, Any] | None) -> tuple[ContactDraft, ...]:
    if not image:
        return ()
    made = ContactPoint.objects.filter(pk__in=image["made"])
    first = ContactPoint.objects.filter(pk__in=image["first"])
    gone = [ContactDraft(row.kind, None, id=row.pk, remove=True) for row in made]
    back = [
        ContactDraft(
            row.kind, None, id=row.pk, label=row.label, region_code=row.region_code, postcode=row.postcode,
            source=row.source, is_primary=True,
        )
        for row in first
    ]  # fmt: skip
    return (*gone, *back)


def _documents_back(work: Work, image: dict[str, Any]) -> tuple[DocumentDraft, ...]:
    number_of, changed = image.get("number_of"), image.get("document")
    if number_of:
        document = IdentityDocument.objects.get(pk=number_of)
        former = work.request.reverses
        number = None
        if former is not None and former.former_number is not None:
            number = open_for_system(ACTOR, [former.former_number], "policy_service_reversal")[0]
        return (_draft_of(document, number=number),)
    if changed:
        document = IdentityDocument.objects.get(pk=changed["id"])
        back = {name: _typed(name, was) for name, (was, _became) in changed["columns"].items()}
        return (_draft_of(document, **back),)
    return ()


def _typed(name: str, value: Any) -> Any:
    is_day = name.endswith("_on") or name.startswith("valid_")
    return date.fromisoformat(value) if is_day and isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _draft_of(document: IdentityDocument, **changes: Any) -> DocumentDraft:
    values: dict[str, Any] = {
        "document_type": document.document_type, "number": None, "id": document.pk, "issuer": document.issuer,
        "valid_from": document.valid_from, "valid_until": document.valid_until, "is_long_term": document.is_long_term,
    }  # fmt: skip
    return DocumentDraft(**values | changes)


def _document(work: Work, person: Customer) -> IdentityDocument:
    """Return the document that identifies a person: the last one kept. Raises `Refused` request.no_document."""
    del work
    found = IdentityDocument.objects.filter(customer=person).order_by("-pk").first()
    if found is None:
        raise Refused("request.no_document")
    return found


def _whose(work: Work, whose: str) -> Customer:
    if whose == Party.HOLDER:
        person = work.policy.holder
    else:
        rows = insured_of(work.policy)
        person = rows[0].customer if rows else work.policy.holder
    if person is None:
        raise Refused("request.no_person")
    return person


def _revise(work: Work, person: Customer, draft: CustomerDraft) -> None:
    person.refresh_from_db(fields=["version"])
    revise_customer(actor=ACTOR, customer_id=person.pk, changes=draft, version=person.version, now=work.now)
