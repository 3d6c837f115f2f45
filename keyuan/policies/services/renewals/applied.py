"""What the end of an application means for the renewal it came from (POL-4)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.platform.events import emit
from keyuan.policies.events import RenewalsClosed
from keyuan.policies.models import Application, Renewal, RenewalQuote
from keyuan.policies.rules.applications.states import State
from keyuan.policies.rules.renewals.stages import Reason, Stage
from keyuan.policies.services.renewals.recording import take

REFUSED = (State.DECLINED, State.POSTPONED)
Quote = RenewalQuote.State


def follow_application(actor: Actor, application: Application, now: datetime) -> None:
    """Let the renewal follow its application, locked by the caller, that ended without a contract.

    Refused by underwriting it is lost; withdrawn or gone stale the quote can be accepted again while it holds.
    """
    rows = Renewal.objects.select_for_update(of=("self",)).filter(applications=application, stage=Stage.ACCEPTED)
    renewal = rows.first()
    if renewal is None:
        return
    accepted = RenewalQuote.objects.filter(renewal=renewal, state=Quote.ACCEPTED)
    if application.status in REFUSED:
        accepted.update(state=Quote.WITHDRAWN)
        renewal.reason = Reason.DECLINED
        take(actor, renewal, "LOSE", now, columns=("reason",))
        emit(RenewalsClosed((renewal.policy_id,), str(Stage.LOST)))
        return
    accepted.update(state=Quote.OFFERED)
    renewal.new_premium = None
    take(actor, renewal, "WITHDRAW", now, columns=("new_premium",))
