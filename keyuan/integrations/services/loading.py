"""One run of a connector: look, choose, fetch, check, write, put away; each step commits, a kill costs one of them.

The run holds its connector, so two workers never load one delivery. It ends where an import has begun; the import's
end starts the next run (`ImportEnded`).
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from keyuan.integrations.drivers.files import opened
from keyuan.integrations.extensions import Connection
from keyuan.integrations.models import Connector, Delivery, DeliveryPart
from keyuan.integrations.selectors.deliveries import (
    is_awaited,
    known_stamps,
    moving_deliveries,
    parts_of,
    unsettled_deliveries,
)
from keyuan.integrations.services import storing
from keyuan.integrations.services.choosing import Verdict, judge_order, judge_parts, patience_over
from keyuan.integrations.services.health import trouble
from keyuan.integrations.services.importing import Importer
from keyuan.integrations.services.moving import begin, hold, quarantine
from keyuan.integrations.services.registering import register_offer
from keyuan.kernel.errors import Refused
from keyuan.platform.files import vault
from keyuan.platform.jobs import Progress

State, Stage = Delivery.State, DeliveryPart.Stage
#: Our own trouble, not the delivery's.
DISK_FULL = "file.disk_full"
#: Offers written down in one step.
BATCH = 100


class Run:
    """What one worker does for a connector before it hands over."""

    def __init__(self, job: Progress, state: dict[str, Any], *, now: Callable[[], datetime]) -> None:
        self.job, self.state, self.now = job, state, now
        self.connector = Connector.objects.get(pk=job.kwargs["connector_id"])
        self._stack = ExitStack()
        self._connection: Connection | None = None
        self._blocked = False

    def go(self) -> None:
        """Work until nothing is left to do, or the time is over."""
        with self._stack:
            try:
                if self.job.kwargs.get("looks") and not self.state.get("looked"):
                    self._look()
                while self.job.time_left() and self._advance():
                    pass
            except Refused as error:
                # Nothing that trying again mends: the next look by the clock is soon enough.
                self._troubled(error)
                return
            except (ConnectionError, TimeoutError):
                # Shown at once; the queue tries again with growing pauses.
                with self.job.step():
                    trouble(self.connector, Refused("connector.unreachable"), self.now())
                raise
            if self.job.time_left():
                self._finish()

    @property
    def connection(self) -> Connection:
        """The way to the other system, opened when first needed."""
        if self._connection is None:
            self._connection = self._stack.enter_context(opened(self.connector.kind, self.connector.config))
        return self._connection

    def _look(self) -> None:
        now = self.now()
        offers = list(self.connection.offers(known_stamps(self.connector)))
        for start in range(0, len(offers), BATCH):
            with self.job.step():
                for offer in offers[start : start + BATCH]:
                    register_offer(self.connector, offer, now)
        with self.job.step() as state:
            state["looked"] = True
            Connector.objects.filter(pk=self.connector.pk).update(looked_at=now)
            self._well()

    def _advance(self) -> bool:
        """Do one thing for the first delivery that can move; tell whether anything was done."""
        self.connector.refresh_from_db()
        done_with = set(self.state.get("passed", ()))
        for delivery in moving_deliveries(self.connector):
            if delivery.state == State.LOADING:
                return self._load(delivery)
            if delivery.pk not in done_with:
                return self._consider(delivery)
        return self._settle()

    def _consider(self, delivery: Delivery) -> bool:
        """Decide about a waiting delivery; each is looked at once a run."""
        now = self.now()
        verdict = self._verdict(delivery)
        with self.job.step() as state:
            state["passed"] = [*state.get("passed", ()), delivery.pk]
            is_changed = self._note_seen(delivery, verdict)
            if verdict.reason is None:
                begin(delivery)
            elif verdict.is_final:
                quarantine(delivery, verdict.reason, now)
            else:
                self._wait(delivery, verdict.reason, is_changed=is_changed)
        return True

    def _verdict(self, delivery: Delivery) -> Verdict:
        if delivery.key.startswith("?"):
            return Verdict({}, Refused(delivery.reason, **delivery.reason_params))
        verdict = judge_order(self.connector, delivery)
        return verdict if verdict.reason else judge_parts(self.connector, delivery, self.connection)

    def _wait(self, delivery: Delivery, reason: Refused, *, is_changed: bool) -> None:
        now = self.now()
        hold(delivery, reason, now, changed=is_changed)
        # A gap is not the delivery's own fault: it waits as long as the missing number does.
        if reason.code != "delivery.gap" and patience_over(self.connector, delivery, now):
            quarantine(delivery, reason, now)

    def _note_seen(self, delivery: Delivery, verdict: Verdict) -> bool:
        """Remember what stands at the other side; what was fetched of an older state is thrown away."""
        is_changed = False
        for part in parts_of(delivery):
            stamp = verdict.seen.get(part.pk)
            if stamp is not None and stamp != part.seen:
                is_changed = True
                if part.stage == Stage.NEW:
                    storing.forget(part)
                part.seen = stamp
                part.save(update_fields=["seen"])
        return is_changed

    def _load(self, delivery: Delivery) -> bool:
        """Fetch what is not here yet; then let the parts be imported one after another."""
        delivery.connector = self.connector
        parts = parts_of(delivery)
        missing = next((part for part in parts if part.stage == Stage.NEW), None)
        if missing is None:
            importer = Importer(self.job, delivery, parts, now=self.now)
            is_done = importer.advance()
            self._blocked = importer.is_blocked
            return is_done
        # Opened before: a way that cannot be opened is no fault of the delivery.
        connection = self.connection
        try:
            self._fetch(connection, delivery, missing)
        except Refused as error:
            if error.code == DISK_FULL:
                raise
            with self.job.step():
                quarantine(delivery, error, self.now())
        return True

    def _fetch(self, connection: Connection, delivery: Delivery, part: DeliveryPart) -> None:
        seen = connection.look(delivery.handle, part.name)
        if seen is None or seen.stamp != part.seen:
            with self.job.step():
                storing.forget(part)
                hold(delivery, Refused("delivery.file_missing", name=part.name), self.now(), changed=True)
            return
        for block in storing.segments(connection.fetch(delivery.handle, part.name, part.cursor)):
            self._keep(part, block)
            if not self.job.time_left():
                return
        self._join(delivery, part)

    def _keep(self, part: DeliveryPart, block: Any) -> None:
        stored = vault.write([block.data])
        try:
            with self.job.step():
                storing.add_segment(part, block, stored)
        except BaseException:
            vault.remove(stored[0])
            raise

    def _join(self, delivery: Delivery, part: DeliveryPart) -> None:
        stored = storing.join(part)
        is_sound = part.sha256_claimed in ("", stored.sha256)
        try:
            with self.job.step():
                storing.keep(part, stored, sound=is_sound)
                if not is_sound:
                    # Perhaps it is being written this very moment: patience decides.
                    self._wait(delivery, Refused("delivery.digest", name=part.name), is_changed=False)
        except BaseException:
            vault.remove(stored.storage_name)
            raise

    def _settle(self) -> bool:
        """Put one finished delivery away at the other side; tell whether there was one."""
        for delivery in unsettled_deliveries(self.connector):
            names = [part.name for part in parts_of(delivery)]
            if not self._is_wanted_elsewhere(delivery, names):
                self.connection.settle(delivery.handle, names, good=delivery.state != State.REJECTED)
            with self.job.step():
                Delivery.objects.filter(pk=delivery.pk).update(is_settled=True)
            return True
        return False

    def _is_wanted_elsewhere(self, delivery: Delivery, names: list[str]) -> bool:
        """Tell whether another delivery that is still to come names one of the files."""
        others = DeliveryPart.objects.filter(
            delivery__connector=self.connector,
            delivery__state__in=(*Delivery.MOVING, State.QUARANTINED),
            name__in=names,
        )
        return others.exclude(delivery=delivery).exists()

    def _troubled(self, error: Refused) -> None:
        with self.job.step():
            trouble(self.connector, error, self.now())
            self._release()

    def _finish(self) -> None:
        """End the run, unless an import ended meanwhile: who ended it found us running and went home."""
        with self.job.step():
            held = Connector.objects.select_for_update().get(pk=self.connector.pk)
            if self._connection is not None:
                self._well()
            if self._blocked or not is_awaited(held):
                self._release()

    def _well(self) -> None:
        mine = Connector.objects.filter(pk=self.connector.pk).exclude(error="")
        mine.update(error="", error_params={}, error_at=None)

    def _release(self) -> None:
        Connector.objects.filter(pk=self.connector.pk, running_job_id=self.job.id).update(running_job=None)
        self.job.finish()
