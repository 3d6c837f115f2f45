"""Background work of the policies."""

from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, enqueue, schedules, start_tracked
from keyuan.policies.services.applications.stale import CHUNK, cancel_stale
from keyuan.policies.services.benefits import nightly as benefits
from keyuan.policies.services.clocks import comparing, nightly, rewinding
from keyuan.policies.services.debits import batches, results
from keyuan.policies.services.deliveries import tracking
from keyuan.policies.services.ledger.checking import NAMED, faults
from keyuan.policies.services.proposals.rendering import render
from keyuan.policies.services.renewal_premiums import nightly as reminders
from keyuan.policies.services.renewals import opening


@chunked(nightly.JOB, title=_("Clocks of policies"))
def clocks_night(job: Progress, state: dict[str, Any]) -> None:
    """Bring about what fell due by time alone, contract by contract."""
    nightly.run_nights(job, state, clock.now())


@chunked(comparing.JOB, title=_("Comparison of a night of the clocks"))
def clocks_comparison(job: Progress, state: dict[str, Any]) -> None:
    """Say what a night would do again, beside what it did; changes no contract."""
    comparing.compare(job, state, clock.now())


@chunked(rewinding.JOB, title=_("Setting the clocks of all policies"))
def clocks_rewinding(job: Progress, state: dict[str, Any]) -> None:
    """Work out for every contract when the clocks look at it next."""
    rewinding.rewind(job, state, clock.today())


@chunked(batches.JOB, title=_("Direct-debit batch %(number)s"))
def make_debit_batch(job: Progress, state: dict[str, Any]) -> None:
    """Put the premiums that are due into a batch."""
    batches.fill_batch(job, state)


@chunked(results.JOB, title=_("Settling direct-debit batch %(number)s"))
def settle_debit_batch(job: Progress, state: dict[str, Any]) -> None:
    """Record the payments that the bank reported."""
    results.settle(job, state, system_actor("direct debit"), clock.now())


@chunked(opening.JOB, title=_("Renewals of cover"))
def renewals_night(job: Progress, state: dict[str, Any]) -> None:
    """Open chances of renewal whose window has come, close those whose window has passed (POL-4)."""
    opening.run_night(job, state, clock.now())


def ask_couriers() -> None:
    """Ask the couriers about what is on its way, a chunk after the other (POL-8)."""
    if tracking.ask_couriers(clock.now()) == tracking.CHUNK:
        enqueue(f"{__name__}.ask_couriers")


schedules.add(ScheduleSpec("policies.couriers", _("Ask the couriers"), f"{__name__}.ask_couriers", "25 * * * *"))


def start_renewals() -> None:
    """Start the night of renewals, after the clocks have ended what expired."""
    start_tracked(system_actor("renewals"), opening.JOB)


schedules.add(ScheduleSpec("policies.renewals", _("Renewals of cover"), f"{__name__}.start_renewals", "50 0 * * *"))


@chunked(reminders.JOB, title=_("Reminders of premiums, %(day)s"))
def remind_of_premiums(job: Progress, state: dict[str, Any]) -> None:
    """Send the reminders of the steps that head office chose."""
    reminders.remind_chunks(job, state, clock.now())


def start_premium_reminders() -> None:
    """Start the reminders of today, where any step is chosen."""
    reminders.start_reminders(on=clock.today())


schedules.add(
    ScheduleSpec(
        "policies.premium-reminders", _("Reminders of premiums"), f"{__name__}.start_premium_reminders", "30 9 * * *"
    )
)


def check_ledger() -> None:
    """Prove the ledger (as ``keyuan ledger check``); what does not agree makes the job fail and so be seen."""
    found = list(islice(faults(), NAMED))
    if found:
        raise RuntimeError(f"ledger: {len(found)} faults, first {found[0]}")


schedules.add(ScheduleSpec("policies.ledger-check", _("Check of the ledger"), f"{__name__}.check_ledger", "30 2 * * *"))


@chunked(benefits.JOB, title=_("Benefits due"))
def benefits_night(job: Progress, state: dict[str, Any]) -> None:
    """Open what falls due, settle dividends, note payments, tell payees (POL-6)."""
    benefits.run(job, state, clock.now())


def start_benefits() -> None:
    """Start the benefits of the nights that were not made, after the clocks have ended what matured."""
    benefits.start_nights(actor=system_actor("benefits"), today=clock.today())


schedules.add(ScheduleSpec("policies.benefits", _("Benefits due"), f"{__name__}.start_benefits", "0 1 * * *"))


def start_clocks() -> None:
    """Start the nights that are due."""
    nightly.start_nights(actor=system_actor("Keyuan"), today=clock.today())


schedules.add(ScheduleSpec("policies.clocks", _("Clocks of policies"), f"{__name__}.start_clocks", "20 0 * * *"))


def cancel_stale_applications() -> None:
    """Cancel applications that nobody takes further, a chunk after the other (POL-10)."""
    if cancel_stale(clock.now()) == CHUNK:
        enqueue(f"{__name__}.cancel_stale_applications")


schedules.add(
    ScheduleSpec(
        "policies.stale-applications", _("Cancel stale applications"), f"{__name__}.cancel_stale_applications",
        "40 0 * * *",
    )
)  # fmt: skip


def render_proposal(version_id: int) -> None:
    """Typeset one version of a proposal (PRD-5)."""
    render(version_id, clock.now())
