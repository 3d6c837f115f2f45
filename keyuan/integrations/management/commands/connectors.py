"""``keyuan connectors``: how they stand, a run at once, a delivery for rehearsals (PLT-14)."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from keyuan.integrations.drivers.files import exchange_folder
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.selectors.connectors import connector_by_key, health_of, is_running
from keyuan.integrations.selectors.deliveries import imports_under_way
from keyuan.integrations.services.connectors import ConnectorDraft, create_connector
from keyuan.integrations.services.runs import start_run
from keyuan.integrations.services.sampling import MAPPING, SAMPLE, write_sample
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.imports import inline
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.wording import say_code

OPERATOR = system_actor("operator")
POLL_SECONDS = 0.5
#: Exit status where something waits for a person, or differs.
DIFFERS = 3
State = Delivery.State


class Command(BaseCommand):
    """Looks after connectors from a terminal."""

    help = "Show connectors (status), run one at once (run KEY), write a delivery for rehearsals (sample)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="how each connector stands; status 3 when one needs a person")
        run = verbs.add_parser("run", help="look for deliveries and load them, in this process")
        run.add_argument("key", help="the connector's key")
        sample = verbs.add_parser("sample", help="write a delivery of the book's own policies, with its connector")
        sample.add_argument("--rows", type=int, default=1000, help="rows of the delivery (default 1000)")
        sample.add_argument("--unit", help="code of the unit, for the first sample")
        sample.add_argument("--extra", type=int, default=0, help="fen added to each premium (default 0)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what was asked; exit status 1 for trouble, 3 for differences."""
        verb = options["verb"]
        if verb == "status":
            self._status()
        elif verb == "run":
            self._run(connector_by_key(OPERATOR, options["key"]))
        else:
            self._sample(options["rows"], options["unit"], options["extra"])

    def _status(self) -> None:
        connectors = list(Connector.objects.select_related("running_job").order_by("key"))
        health = health_of([connector.pk for connector in connectors])
        worst = 0
        for connector in connectors:
            found = health[connector.pk]
            word = "paused" if not connector.is_active else "running" if is_running(connector) else "resting"
            self.stdout.write(
                f"{connector.key:<20} {word:<8} number {connector.last_sequence or '--'}, waiting {found.waiting}, "
                f"loading {found.loading}, late {found.late}, in quarantine {found.quarantined}"
            )
            if connector.error:
                self.stdout.write(f"{'':<20} {say_code(connector.error, connector.error_params)}")
            worst = max(worst, DIFFERS if connector.error or found.late or found.quarantined else 0)
        if worst:
            sys.exit(worst)

    def _run(self, connector: Connector) -> None:
        if not connector.is_active:
            raise Refused("connector.paused")
        began = clock.now()
        start_run(connector.pk, looks=True)
        connector.refresh_from_db()
        while self._work(connector):
            connector.refresh_from_db()
        self._report(connector, began)

    def _work(self, connector: Connector) -> bool:
        """Do the next piece of work here, or wait for the worker that has it; tell whether there was any."""
        job = connector.running_job
        if job is not None and is_running(connector):
            run_job(job.pk, job.step)
            step, status = job.step, job.status
            job.refresh_from_db()
            if (job.step, job.status) == (step, status):
                time.sleep(POLL_SECONDS)
            return True
        under_way = imports_under_way(connector)
        if not under_way:
            return False
        inline.run_here(under_way[0], self.stdout)
        start_run(connector.pk, looks=False)
        return True

    def _report(self, connector: Connector, began: Any) -> None:
        if connector.error:
            self.stderr.write(say_code(connector.error, connector.error_params))
            sys.exit(1)
        ended = Delivery.objects.filter(connector=connector, ended_at__gte=began).order_by("ended_at", "pk")
        for delivery in ended:
            self.stdout.write(
                f"{delivery.key}: {delivery.state}, rows {delivery.rows_read:,}, created {delivery.created:,}, "
                f"updated {delivery.updated:,}, unchanged {delivery.unchanged:,}, refused {delivery.refused:,}"
            )
            if delivery.reason:
                self.stdout.write(f"  {say_code(delivery.reason, delivery.reason_params)}")
        if any(delivery.state != State.LOADED for delivery in ended):
            sys.exit(DIFFERS)

    def _sample(self, rows: int, unit: str | None, extra: int) -> None:
        connector = Connector.objects.filter(key=SAMPLE).first()
        folder = exchange_folder(SAMPLE)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if connector is None:
            if not unit:
                raise Refused("import.unit")
            draft = ConnectorDraft(
                _("Rehearsal"), "folder", SAMPLE, {"folder": SAMPLE}, unit, "*/10 * * * *", "policies", MAPPING
            )
            connector = create_connector(actor=OPERATOR, key=SAMPLE, draft=draft, now=clock.now())
        number = (connector.last_sequence or 0) + 1
        made = write_sample(folder, number=number, rows=rows, business_date=clock.today(), extra_premium=extra)
        self.stdout.write(f"{made.folder / made.manifest}: {made.rows:,} rows, premium {made.premium / 100:,.2f}")
