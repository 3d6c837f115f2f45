"""From an accepted quote to an application, where the new cover has to be underwritten (POL-4, POL-10)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.policies import permissions
from keyuan.policies.models import Application, PolicyParty, Renewal, RenewalQuote
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.states import State
from keyuan.policies.rules.renewals.underwriting import AtOnce, NewCover, issued_at_once
from keyuan.policies.rules.renewals.windows import is_seamless
from keyuan.policies.selectors.applications import asked_about
from keyuan.policies.selectors.renewals import open_application
from keyuan.policies.services.applications.entry import save_application
from keyuan.policies.services.applications.recording import locked as locked_application
from keyuan.policies.services.applications.recording import take_step
from keyuan.policies.services.renewals.people import agent_who_works, people_in

ONE_YEAR, AT_ONCE, SINGLE = "Y1", "S", "01"


def apply_where_needed(actor: Actor, renewal: Renewal, quote: RenewalQuote, now: datetime) -> Application | None:
    """Enter the application of an accepted quote, inside the caller's transaction; None where none is needed.

    Declaration, need and signature are still to be given: it is a draft. Raises `Refused` renewal.no_apply_right for a
    post that enters no applications, and what entering refuses.
    """
    if why_at_once(renewal, quote) is not None:
        return None
    if not actor.may(permissions.APPLY):
        raise Refused("renewal.no_apply_right")
    if renewal.holder_id is None:
        raise Refused("renewal.no_holder")
    token = f"renewal {renewal.pk} {renewal.version}"
    application = save_application(actor=actor, draft=_draft(actor, renewal, quote), now=now, token=token)
    application.renewal = renewal
    application.save(update_fields=["renewal"])
    return application


def withdraw_draft(actor: Actor, renewal: Renewal, version: int | None, now: datetime) -> bool:
    """Withdraw the application of a renewal that is still a draft, with which the acceptance goes; tell whether.

    Raises `Refused` renewal.application_open for one that was handed in, and `Conflict`.
    """
    found = open_application(renewal)
    if found is None:
        return False
    if version is not None and renewal.version != version:
        raise Conflict("conflict", version=renewal.version)
    application = locked_application(actor, found.pk, None)
    if application.status != State.DRAFT:
        raise Refused("renewal.application_open", number=application.application_no)
    take_step(actor, application, "WITHDRAW", now, reason="续保接受撤回")
    return True


def why_at_once(renewal: Renewal, quote: RenewalQuote) -> AtOnce | None:
    """Return why the new cover of ``quote`` takes no application; None where it has to be underwritten."""
    cover = NewCover(
        is_asked=bool(asked_about(quote.product)),
        is_same_product=quote.product_id == renewal.product_id,
        is_seamless=is_seamless(renewal.expires_on, quote.starts_on),
        sum_before=renewal.policy.sum_insured or 0,
        sum_now=quote.sum_insured,
    )
    return issued_at_once(cover)


def _draft(actor: Actor, renewal: Renewal, quote: RenewalQuote) -> ApplicationDraft:
    former = renewal.policy
    insured = people_in(former, PolicyParty.Role.INSURED)
    first = insured[0] if insured else None
    return ApplicationDraft(
        product_id=quote.product_id,
        holder_id=renewal.holder_id or 0,
        effective_on=quote.starts_on,
        insured_id=first.customer_id if first else None,
        relation=(first.relation_to_insured if first else "") or "00",
        agent_id=agent_who_works(actor, renewal.servicing_agent_id),
        sum_insured=quote.sum_insured,
        premium=quote.premium,
        pay_mode=SINGLE,
        pay_term=AT_ONCE,
        cover_term=ONE_YEAR,
        beneficiaries=people_in(former, PolicyParty.Role.BENEFICIARY),
    )
