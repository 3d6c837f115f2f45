"""django-q2's ORM broker with claims: first come first served, and nothing waits for a dead worker (decision 8)."""

from time import sleep
from typing import Any

import structlog
from django import db
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf

from keyuan.platform.jobs import claims
from keyuan.platform.jobs.patience import insist

log = structlog.get_logger(__name__)
#: Seconds between two looks while the database is away.
AWAY = 2.0


class Broker(ORM):
    """The queue in our database."""

    is_away = False

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Claim the message that waits longest, or sleep a moment; a database that is away is asked again later."""
        try:
            found = self._claimed()
            self.is_away = False
            return found
        except (db.OperationalError, db.InterfaceError) as error:
            if not self.is_away:
                log.warning("queue.database", error=type(error).__name__)
            self.is_away = True
            db.close_old_connections()
            sleep(AWAY)
            return None

    def _claimed(self) -> list[tuple[int, str]] | None:
        waiting = self.get_connection().filter(key=self.list_key, lock__lt=timezone.now())
        message = waiting.order_by("lock", "pk").first()
        if message is not None:
            return [(message.pk, message.payload)] if claims.claim(message, Conf.RETRY) else None
        sleep(Conf.POLL)
        return None

    def delete(self, task_id: Any) -> None:
        """Forget a message with its claim as soon as the database lets us: what was done must not come again."""
        db.close_old_connections()
        insist(lambda: claims.settle(int(task_id)))

    def acknowledge(self, task_id: Any) -> None:
        """Forget a message that was dealt with."""
        self.delete(task_id)

    def fail(self, task_id: Any) -> None:
        """Forget a message that cannot be read."""
        self.delete(task_id)
