"""The door for letters that other contexts wrote themselves: answers in a conversation that a person began (SRV-5).

What stands in a template goes through the outbox (`queueing`). A letter to a customer takes a permit here too, and it
is used in the commit that says that the letter is handed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from keyuan.contact.drivers.senders.letters import Handed, LetterSender
from keyuan.contact.drivers.senders.smtp import SmtpConfig
from keyuan.contact.rules.messages.outcomes import Outcome, Result, next_try
from keyuan.contact.services.messages.health import note_bounce
from keyuan.contact.services.permits import Refusal, cancel_permit, permit, use_permit
from keyuan.kernel.actor import system_actor
from keyuan.kernel.networks import read_allowed

SENDER = system_actor("messages")

__all__ = [
    "Handed", "Outcome", "Result", "Route", "allow", "deliver", "give_back", "next_try", "note_bounce", "try_out",
    "use",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """The server by which letters leave; ``password`` is plain and never printed."""

    host: str
    port: int
    security: str
    address: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"<Route {self.host}:{self.port}>"


def allow(
    *, customer_id: int, purpose: str, key: str, unit_id: int | None, contact_point_id: int | None, now: datetime
) -> int | Refusal:
    """Ask for the permit of a letter to a customer: its id, or why there is none."""
    answer = permit(
        actor=SENDER, customer_id=customer_id, channel="EMAIL", purpose=purpose, now=now, unit_id=unit_id, key=key,
        contact_point_id=contact_point_id, on_request=True,
    )  # fmt: skip
    return answer if isinstance(answer, Refusal) else answer.pk


def use(permit_id: int, *, now: datetime) -> None:
    """Use the permit of a letter in the transaction that hands it over. Raises Conflict for one that is not good."""
    use_permit(actor=SENDER, permit_id=permit_id, now=now)


def give_back(permit_id: int, *, note: str, now: datetime) -> None:
    """Give the permit of a letter back that did not leave."""
    cancel_permit(actor=SENDER, permit_id=permit_id, note=note, now=now)


def deliver(route: Route, *, sender: str, recipients: Sequence[str], letter: bytes) -> Handed:
    """Hand one letter to the server, outside of any transaction; ``sender`` is empty for a program's answer."""
    way = _open(route)
    try:
        return way.hand_over(sender, recipients, letter)
    finally:
        way.close()


def try_out(route: Route) -> Outcome:
    """Connect and sign in, without any letter."""
    way = _open(route)
    try:
        return way.check()
    finally:
        way.close()


def _open(route: Route) -> LetterSender:
    config = SmtpConfig(
        route.host, route.port, route.security, route.address, username=route.username, password=route.password
    )
    return LetterSender(config, read_allowed(settings.MAIL_ALLOWED))
