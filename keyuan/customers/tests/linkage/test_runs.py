"""Comparing the book from a page: started once, shown with its figures, for those who may merge in bulk (CUS-8)."""

import pytest
from django.urls import reverse

from keyuan.customers import permissions
from keyuan.customers.forms.merging.linkage import comparison_lines, threshold_lines
from keyuan.customers.selectors.merging.linkage_runs import JOB, access_linkage_run, linkage_runs_visible_to
from keyuan.customers.services.linkage.running import start_linkage
from keyuan.kernel.actor import WHOLE_BOOK, Actor, ActorKind
from keyuan.kernel.errors import Conflict, Forbidden, NotFound
from keyuan.platform.models import AuditEvent, TrackedJob
from keyuan.platform.tests.actors import MIDDLEWARE, browser_of

pytestmark = pytest.mark.django_db
FIGURES = {
    "candidate_pairs": 120,
    "thresholds": {"link": 0.62, "review": 0.1, "sure": 0.999},
    "expected": {"probability": 0.62, "pairs": 30, "precision": 0.98, "recall": 0.97, "f1": 0.975},
    "other_thresholds": [{"probability": 0.9, "pairs": 20, "precision": 0.995, "recall": 0.8, "f1": 0.88}],
    "model": [
        {"comparison": "birth_date",
         "levels": [{"level": "same", "true_pairs": 0.9, "chance": 0.0001, "weight": 13.14, "by_frequency": True}]}
    ],
    "groups": 28,
}  # fmt: skip


def person(*more):
    return Actor(
        ActorKind.STAFF, 7, "林晓岚", staff_no="10006", post_id=1,
        permissions=frozenset({permissions.MERGE, *more}), scope=WHOLE_BOOK,
    )  # fmt: skip


MANAGER, CLERK = person(permissions.MERGE_BULK), person()


@pytest.fixture
def browser(settings):
    settings.MIDDLEWARE = [MIDDLEWARE if name.endswith(".ActorMiddleware") else name for name in settings.MIDDLEWARE]
    return browser_of(MANAGER)


def finished(**more):
    job = start_linkage(actor=MANAGER)
    result = {"people": 500, "pairs": 30, "new": 4, "dropped": 1, "bands": {"SURE": 20}, "figures": FIGURES, **more}
    TrackedJob.objects.filter(pk=job.pk).update(status="done", result=result, finished_at=job.created_at)
    return job


def test_one_comparison_at_a_time_whoever_presses_the_button():
    job = start_linkage(actor=MANAGER)

    with pytest.raises(Conflict) as refused:
        start_linkage(actor=MANAGER)

    assert refused.value.code == "linkage.running"
    assert list(TrackedJob.objects.filter(kind=JOB)) == [job]
    assert AuditEvent.objects.filter(subject_kind="job", subject_id=job.pk, action="create").count() == 1


def test_who_may_not_merge_in_bulk_neither_starts_nor_sees_it():
    job = start_linkage(actor=MANAGER)

    with pytest.raises(Forbidden):
        start_linkage(actor=CLERK)
    with pytest.raises(NotFound):
        access_linkage_run(CLERK, job.pk)

    assert not linkage_runs_visible_to(CLERK).exists()


def test_the_page_starts_it_and_a_second_press_leads_to_the_same_run(browser):
    address = reverse("customers:linkage-run-create")

    first, second = browser.post(address), browser.post(address)

    job = TrackedJob.objects.get(kind=JOB)
    assert first["Location"] == second["Location"] == reverse("customers:linkage-run", args=[job.pk])
    assert "every 2s" in browser.get(first["Location"]).content.decode()


def test_a_finished_run_shows_its_figures_and_why_the_line_stands_there(browser):
    job = finished()

    text = browser.get(reverse("customers:linkage-run", args=[job.pk])).content.decode()
    listed = browser.get(reverse("customers:linkage-run-list")).content.decode()

    assert "every 2s" not in text
    assert "62.00%" in text
    assert "+13.1" in text
    assert reverse("customers:linkage-run", args=[job.pk]) in listed
    assert threshold_lines(FIGURES) == [
        ("62.00%", 30, "98.00%", "97.00%", True), ("90.00%", 20, "99.50%", "80.00%", False)
    ]  # fmt: skip
    assert [(str(one[0]), *one[1:]) for one in comparison_lines(FIGURES)[0][1]] == [
        ("一致", "90.00%", "0.010%", "+13.1")
    ]


def test_a_run_from_before_the_figures_were_kept_shows_what_there_is(browser):
    job = finished(figures={}, bands={})

    text = browser.get(reverse("customers:linkage-run", args=[job.pk])).content.decode()

    assert "500" in text
    assert "62.00%" not in text
