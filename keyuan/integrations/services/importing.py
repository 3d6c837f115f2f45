"""Parts into the book through the import engine: checked as a whole against what was claimed, then written (PLT-14)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from keyuan.integrations.models import Delivery, DeliveryPart
from keyuan.integrations.rules.claims import differences
from keyuan.integrations.selectors.deliveries import is_at_rest
from keyuan.integrations.services.finishing import finish
from keyuan.integrations.services.moving import actor_for, quarantine
from keyuan.integrations.services.planning import check_encoding, counted, first_of, plan_part
from keyuan.kernel.errors import Refused
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.layouts import Layout, examine
from keyuan.platform.imports.selectors import target_of
from keyuan.platform.imports.storage import StoredFile, opener_for, opener_of
from keyuan.platform.jobs import Progress
from keyuan.platform.models.import_job import ImportJob

Stage = DeliveryPart.Stage


class Importer:
    """What the present part of a delivery needs next. ``is_blocked``: another import holds the source just now."""

    def __init__(
        self, job: Progress, delivery: Delivery, parts: list[DeliveryPart], *, now: Callable[[], datetime]
    ) -> None:
        self.job, self.delivery, self.parts, self.now = job, delivery, parts, now
        self.actor = actor_for(delivery.connector)
        self.is_blocked = False

    def advance(self) -> bool:
        """Do one thing; tell whether anything was done, or whether an import is under way."""
        part = next((part for part in self.parts if part.stage != Stage.DONE), None)
        if part is None:
            finish(self.job, self.delivery, self.parts, now=self.now)
            return True
        acts = {Stage.STORED: self._check, Stage.CHECKING: self._write, Stage.WRITING: self._close}
        try:
            return acts[DeliveryPart.Stage(part.stage)](part)
        except Refused as error:
            if error.code == "import.busy":
                self.is_blocked = True
                return False
            self._set_apart(first_of(error))
            return True

    def _set_apart(self, reason: Refused) -> None:
        with self.job.step():
            quarantine(self.delivery, reason, self.now())

    def _check(self, part: DeliveryPart) -> bool:
        """Make an import of the stored file and begin its dry run."""
        _target, mapping = plan_part(self.delivery.connector, part)
        known = part.import_job
        opener = opener_for(known) if known else opener_of(part.storage_name, bytes(part.wrapped_key or b""))
        layout = examine(opener, has_header=True)
        check_encoding(part, layout, opener)
        connector = self.delivery.connector
        with self.job.step():
            import_id = known.pk if known else self._adopt(part, layout).pk
            lifecycle.configure(actor=self.actor, import_id=import_id, mapping=mapping, unit=connector.unit_id)
            lifecycle.start_check(actor=self.actor, import_id=import_id)
            part.import_job_id, part.stage = import_id, Stage.CHECKING
            # From here the import holds the file, and keeps it as evidence.
            part.storage_name, part.wrapped_key = "", None
            part.save(update_fields=["import_job", "stage", "storage_name", "wrapped_key"])
        return False

    def _adopt(self, part: DeliveryPart, layout: Layout) -> ImportJob:
        stored = StoredFile(part.storage_name, bytes(part.wrapped_key or b""), part.size, part.sha256)
        return lifecycle.adopt_file(
            actor=self.actor,
            name=part.name,
            stored=stored,
            layout=layout,
            now=self.now(),
            kept=timedelta(days=self.delivery.connector.keep_days),
        )

    def _rested(self, part: DeliveryPart, wanted: str) -> ImportJob | None:
        """Return the part's import once it has come to rest. Raises Refused where it ended otherwise than wanted."""
        import_job = part.import_job
        if import_job is None:
            raise Refused("delivery.import_gone")
        if not is_at_rest(import_job):
            return None
        if import_job.stage == ImportJob.Stage.REFUSED:
            raise Refused(import_job.failure or "delivery.import_broken", **import_job.failure_params)
        if import_job.stage != wanted:
            raise Refused("delivery.import_broken")
        return import_job

    def _write(self, part: DeliveryPart) -> bool:
        """Compare what the dry run counted with what was claimed; only then begin to write."""
        import_job = self._rested(part, ImportJob.Stage.CHECKED)
        if import_job is None:
            return False
        connector = self.delivery.connector
        found = differences(
            part.rows_claimed,
            part.totals_claimed,
            counted(import_job, target_of(import_job)),
            connector.refused_limit_bp,
            frozenset(self.delivery.waived),
        )
        if found is not None:
            raise found
        with self.job.step():
            lifecycle.start_import(actor=self.actor, import_id=import_job.pk)
            part.stage = Stage.WRITING
            part.save(update_fields=["stage"])
        return False

    def _close(self, part: DeliveryPart) -> bool:
        """Note that a part was written."""
        if self._rested(part, ImportJob.Stage.DONE) is None:
            return False
        with self.job.step():
            part.stage = Stage.DONE
            part.save(update_fields=["stage"])
        return True
