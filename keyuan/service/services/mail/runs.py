"""Booking the run that sends mail, in the transaction of what is to be sent (SRV-5)."""

from datetime import datetime

from keyuan.platform.jobs import enqueue

JOB = "keyuan.service.jobs.mail.send_mails"


def book(at: datetime) -> None:
    """Have what is due at a moment sent then; the timetable finds what a lost run left."""
    enqueue(JOB, run_at=at)
