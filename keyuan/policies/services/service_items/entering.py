"""Taking a request in, correcting it, its papers and agreements, and passing it to review (POL-5)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, record
from keyuan.platform.clock import start_of
from keyuan.platform.events import emit
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.events import ServiceRequestsMoved
from keyuan.policies.models import Policy, RequestConsent, RequestParty, ServiceRequest
from keyuan.policies.rules.service_items.catalogue import BY_CODE, Item
from keyuan.policies.rules.service_items.checks import refusals
from keyuan.policies.rules.service_items.codes import SEALED_IN, Face, How, Kind, Party, State
from keyuan.policies.rules.service_items.drafts import RequestDraft
from keyuan.policies.rules.service_items.values import Read, read, seen
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.service_items import made_by_key, open_items, rule_for
from keyuan.policies.selectors.service_items.facts import Wanted, facts_of
from keyuan.policies.selectors.service_items.money import amount_of
from keyuan.policies.selectors.service_items.options import choices_for
from keyuan.policies.selectors.service_items.papers import missing_of, wanted_consents
from keyuan.policies.services.service_items import clocks
from keyuan.policies.services.service_items.notices import give_notice
from keyuan.policies.services.service_items.recording import locked, note, subject_of, take_step

PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
DUE = ("due_key", "due_on")
FACES_OF_STAFF = (Face.COUNTER, Face.PHONE, Face.AGENT, Face.LETTER, Face.CLAIM)


def create_request(*, actor: Actor, draft: RequestDraft, now: datetime, token: str = "") -> ServiceRequest:
    """Take a request in; what is complete goes to review at once.

    ``token`` names one attempt: sending it again returns the request of the first time. Raises `Invalid` with all that
    is wrong or forbids it, each with its field; `NotFound` for a contract or person out of reach; `Refused`
    request.unknown_item, request.not_offered, request.open_already. Nothing is saved then.
    """
    actor.require(permissions.SERVICE_APPLY)
    item = BY_CODE.get(draft.item)
    if item is None:
        raise Refused("request.unknown_item", field="item")
    _check_right(actor, item)
    policy = access_policy(actor, draft.policy_id, now=now)
    found, applicant = _judged(actor, policy, item, draft, now)
    with transaction.atomic():
        key = f"{actor.id}:{token}"[:80] if token else ""
        hold(f"policy service {policy.pk}")
        made = made_by_key(key)
        if made is not None:
            return made
        if item.code in open_items(policy.pk):
            raise Refused("request.open_already")
        request = _new(actor, policy, item, draft, applicant, now)
        request.form_key = key or None
        _write(request, item, found, policy, now)
        _save_new(request)
        _keep_people(request, draft)
        for party, how in draft.consents.items():
            _consent(actor, request, party, how, timezone.localdate(request.received_at), "", now)
        _begin(actor, request, item, policy, now)
    return request


def _check_right(actor: Actor, item: Item) -> None:
    """Only the insurer's own clerks take an effect back."""
    if Party.STAFF in item.applicants and len(item.applicants) == 1:
        actor.require(permissions.SERVICE_REVIEW)


def _judged(
    actor: Actor, policy: Policy, item: Item, draft: RequestDraft, now: datetime
) -> tuple[Read, Customer | None]:
    """Return what was read, and who asks. Raises `Invalid` with all that is wrong."""
    if not rule_for(item)[0]:
        raise Refused("request.not_offered", field="item")
    found = read(item, draft.typed, choices_for(item, policy))
    applicant = _applicant(actor, policy, draft, now)
    wrong = [*found.wrong, *_formal(draft, now), *_received(draft, policy, now), *_named(actor, item, draft, now)]
    if not wrong:
        wrong = refusals(item, facts_of(policy, item, _wanted(item, draft, found, applicant), now))
    if wrong:
        raise Invalid(wrong)
    return found, applicant


def _wanted(item: Item, draft: RequestDraft, found: Read, applicant: Customer | None) -> Wanted:
    single = [rows[0] for name, rows in draft.people.items() if name != "beneficiaries" and rows]
    reverses = found.plain.get("reverses")
    return Wanted(
        draft.applicant_role, applicant, draft.face, frozenset(draft.consents),
        tuple(draft.people.get("beneficiaries", ())), single[0].customer_id if single else None,
        int(reverses) if reverses else None, draft.received_on, seen(item, found.plain, frozenset(found.sealed)),
    )  # fmt: skip


def wanted_by(actor: Actor, policy: Policy, item: Item, draft: RequestDraft, now: datetime) -> Wanted:
    """Return what a draft asks for as far as it can be read, for checks shown while the form is filled in."""
    found = read(item, draft.typed, choices_for(item, policy))
    return _wanted(item, draft, found, _applicant(actor, policy, draft, now))


def _applicant(actor: Actor, policy: Policy, draft: RequestDraft, now: datetime) -> Customer | None:
    """Return who asks: the person named, else the one who holds the role in the contract."""
    if draft.applicant_role == Party.STAFF:
        return None
    if draft.applicant_id is not None and draft.applicant_id != policy.holder_id:
        return access_customer(actor, draft.applicant_id, now=now)
    if draft.applicant_role == Party.HOLDER or draft.applicant_id is not None:
        return policy.holder
    rows = policy.parties.filter(role=draft.applicant_role, valid_until__isnull=True, customer__isnull=False)
    first = rows.select_related("customer").order_by("order", "pk").first()
    return first.customer if first else (policy.holder if draft.applicant_role == Party.INSURED else None)


def _formal(draft: RequestDraft, now: datetime) -> list[Refused]:
    wrong = []
    if draft.face not in set(Face):
        wrong.append(Refused("request.not_offered_choice", field="face"))
    if draft.received_on is not None and draft.received_on > now.date():
        wrong.append(Refused("policy.date_in_future", field="received_on"))
    if draft.proxy_until is not None and draft.proxy_until < now.date():
        wrong.append(Refused("request.proxy_over", field="proxy_until"))
    if any(how not in set(How) for how in draft.consents.values()) or draft.consents.keys() - set(Party):
        wrong.append(Refused("request.not_offered_choice", field="consents"))
    return wrong


def _received(draft: RequestDraft, policy: Policy, now: datetime) -> list[Refused]:
    """Nobody asks for a change of a contract that was not applied for yet: a mistyped year would begin every clock."""
    began = policy.applied_on or policy.issued_on or policy.effective_on
    early = draft.received_on is not None and draft.received_on < min(began, now.date())
    return [Refused("request.before_contract", field="received_on", day=f"{began:%Y-%m-%d}")] if early else []


def _named(actor: Actor, item: Item, draft: RequestDraft, now: datetime) -> list[Refused]:
    """Look at the people named: those required are there, customers are in reach (else NotFound)."""
    wrong = []
    asked = {ask.key: ask for ask in item.asks if ask.kind in (Kind.PERSON, Kind.PEOPLE)}
    for name, ask in asked.items():
        rows = draft.people.get(name, ())
        if ask.required and not rows:
            wrong.append(Refused("request.value_missing", field=name))
        if ask.kind is Kind.PERSON and rows and rows[0].customer_id is None:
            wrong.append(Refused("request.person_unknown", field=name))
    for rows in draft.people.values():
        for row in rows:
            if row.customer_id is not None:
                access_customer(actor, row.customer_id, now=now)
    if draft.people.keys() - asked.keys():
        wrong.append(Refused("request.unknown_field", name=", ".join(sorted(draft.people.keys() - asked.keys()))))
    return wrong


def _new(
    actor: Actor, policy: Policy, item: Item, draft: RequestDraft, applicant: Customer | None, now: datetime
) -> ServiceRequest:
    received = start_of(draft.received_on) if draft.received_on and draft.received_on < now.date() else now
    return ServiceRequest(
        request_no=allocate("policy_service", 1)[0], item=item.code, policy=policy, customer_id=policy.holder_id,
        applicant=applicant, applicant_role=draft.applicant_role, proxy_name=draft.proxy_name.strip()[:60],
        proxy_until=draft.proxy_until, face=draft.face, status=State.ACCEPTED, entered_by_id=actor.id,
        entered_by_name=actor.name[:40], received_at=received, created_at=now,
        **{name: getattr(policy, name) for name in PLACE},
    )  # fmt: skip


def _write(request: ServiceRequest, item: Item, found: Read, policy: Policy, now: datetime) -> None:
    request.asked = found.plain
    for column in SEALED_IN.values():
        if column in found.sealed:
            setattr(request, column, found.sealed[column])
    reverses = found.plain.get("reverses")
    request.reverses_id = int(reverses) if reverses else None
    request.amount = amount_of(policy, item, seen(item, found.plain, frozenset(found.sealed)), now.date())
    request.updated_at = now


def _save_new(request: ServiceRequest) -> None:
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        # Somebody took the same item in for this contract between our look and our write.
        raise Conflict("request.open_already") from None


def _keep_people(request: ServiceRequest, draft: RequestDraft) -> None:
    RequestParty.objects.bulk_create(
        RequestParty(
            request=request, field=name, customer_id=row.customer_id, name="" if row.customer_id else row.name.strip(),
            relation_to_insured=row.relation_to_insured, benefit_type=row.benefit_type, order=row.order,
            share_bp=row.share_bp, is_statutory=row.is_statutory,
        )
        for name, rows in draft.people.items()
        for row in rows
    )  # fmt: skip


def _begin(actor: Actor, request: ServiceRequest, item: Item, policy: Policy, now: datetime) -> None:
    """Write the first history, start the clocks, and pass on what is complete."""
    note(actor, request, "CREATE", now)
    after = {"item": item.code, "policy": policy.pk, "face": request.face, "role": request.applicant_role}
    record(actor, Action.CREATE, subject_of(request), after=after, customer_id=request.customer_id, now=now)
    request.missing = missing_of(request, policy)
    clocks.start_first(request, item.clock, complete=not request.missing, actor=actor, now=now)
    request.save(update_fields=["missing", *DUE])
    emit(ServiceRequestsMoved((request.pk,), "RECEIVED"))
    give_notice(request, "RECEIVED", now)
    if not request.missing:
        _pass_on(actor, request, now)


def _pass_on(actor: Actor, request: ServiceRequest, now: datetime) -> None:
    request.complete_at = now
    clocks.stop(request, (clocks.FIX,), actor=actor, now=now)
    take_step(actor, request, "SUBMIT", now, columns=("complete_at", "missing", *DUE))


def submit_request(*, actor: Actor, request_id: int, version: int | None, now: datetime) -> ServiceRequest:
    """Pass a request whose papers and agreements are there to review.

    Raises `Refused` request.incomplete (``what`` counts what is missing), request.no_such_step, and `Conflict`.
    """
    actor.require(permissions.SERVICE_APPLY)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        request.missing = missing_of(request, request.policy)
        if request.missing:
            raise Refused("request.incomplete", what=len(request.missing))
        _pass_on(actor, request, now)
    return request


def record_consent(
    *, actor: Actor, request_id: int, party: str, how: str, given_on: date, note_text: str = "", now: datetime
) -> ServiceRequest:
    """Record whose agreement was given, how and when; the same again changes nothing.

    Raises `Refused` request.consent_not_asked, request.not_offered_choice, policy.date_in_future, request.decided.
    """
    actor.require(permissions.SERVICE_APPLY)
    if how not in set(How):
        raise Refused("request.not_offered_choice", field="how")
    if given_on > now.date():
        raise Refused("policy.date_in_future", field="given_on")
    with transaction.atomic():
        request = locked(actor, request_id, None)
        if request.status != State.ACCEPTED:
            raise Refused("request.decided")
        if party not in wanted_consents(request, request.policy):
            raise Refused("request.consent_not_asked", field="party")
        if _consent(actor, request, party, how, given_on, note_text, now):
            request.missing = missing_of(request, request.policy)
            request.updated_at = now
            request.version += 1
            request.save(update_fields=["missing", "updated_at", "version"])
            note(actor, request, "CONSENT", now, before=request.status, reason=f"{party} {how}")
    return request


def _consent(
    actor: Actor, request: ServiceRequest, party: str, how: str, given_on: date, note_text: str, now: datetime
) -> bool:
    said = {
        "how": how, "given_on": given_on, "note": note_text.strip()[:120], "recorded_at": now,
        "recorded_by_name": actor.name[:40],
    }  # fmt: skip
    _row, made = RequestConsent.objects.get_or_create(request=request, party=party, defaults=said)
    return made


def papers_changed(*, actor: Actor, request_id: int, now: datetime) -> ServiceRequest:
    """Look again at what is missing, after a paper was kept or deleted."""
    actor.require(permissions.SERVICE_APPLY)
    with transaction.atomic():
        request = locked(actor, request_id, None)
        request.missing = missing_of(request, request.policy)
        request.updated_at = now
        request.save(update_fields=["missing", "updated_at"])
    return request
