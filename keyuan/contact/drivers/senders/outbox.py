"""The outbox that sends nothing: messages end here, so that nothing leaves a demo or a training system (PLT-11)."""

import hashlib

from keyuan.contact.drivers.senders.parcel import Parcel
from keyuan.contact.rules.messages.outcomes import Outcome, Result


class OutboxSender:
    """Takes every message and delivers it nowhere."""

    repeats_safely = True

    def send(self, parcel: Parcel) -> Outcome:
        """Say that it arrived."""
        return Outcome(Result.DELIVERED, f"local-{hashlib.sha256(parcel.key.encode()).hexdigest()[:16]}")

    def check(self) -> Outcome:
        """There is nothing to try."""
        return Outcome(Result.ACCEPTED)

    def close(self) -> None:
        """Nothing is open."""
