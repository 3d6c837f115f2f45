"""Quiet hours of call-backs: nobody is called at night who did not ask for it; lists say when (SRV-8, MKT-9)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from keyuan.contact.models import Permit, RuleVersion
from keyuan.contact.rules.terms import DEFAULT_RULES, Quiet, to_json
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.models.audit_event import AuditEvent
from keyuan.service.models import FollowUp, FollowUpPlan
from keyuan.service.rules.follow_ups import plans
from keyuan.service.services.follow_ups import calling, taking
from keyuan.service.services.follow_ups.calling import Attempt
from keyuan.service.services.follow_ups.opening import Cause, open_many
from keyuan.service.testing import MORNING, open_desk

pytestmark = pytest.mark.django_db
#: 14 minutes past five in Beijing, the day after `MORNING`; the hours end at eight.
NIGHT, OPENS = datetime(2026, 3, 16, 21, 14, tzinfo=UTC), datetime(2026, 3, 17, 0, 0, tzinfo=UTC)


def test_at_night_nobody_is_given_out_or_called_but_who_asks_for_it(worker, callback):
    assert taking.take_next(actor=worker, now=NIGHT) is None
    for act in (
        lambda: calling.begin_call(actor=worker, follow_up_id=callback.pk, now=NIGHT),
        lambda: calling.record_attempt(actor=worker, follow_up_id=callback.pk, attempt=Attempt("NO_ANSWER"), now=NIGHT),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.params["moment"]) == ("follow_up.quiet", "2026-03-17 08:00")
    assert not Permit.objects.exclude(state="REFUSED").exists()

    calling.begin_call(actor=worker, follow_up_id=callback.pk, now=NIGHT, on_request=True)
    done = calling.record_attempt(
        actor=worker, follow_up_id=callback.pk, attempt=Attempt("NO_ANSWER"), now=NIGHT + timedelta(minutes=5)
    )

    assert (done.calls, Permit.objects.get(state="USED").purpose) == (1, "NOTICE")
    assert any("on_request" in event.changed for event in AuditEvent.objects.filter(subject_kind="follow_up"))
    assert taking.take_next(actor=worker, now=OPENS + timedelta(hours=4)).pk == callback.pk


def test_what_was_begun_in_the_evening_is_written_down_after_it(worker, callback):
    evening = datetime.fromisoformat("2026-03-16T20:55:00+08:00")
    calling.begin_call(actor=worker, follow_up_id=callback.pk, now=evening)

    said = Attempt("NO_ANSWER")
    done = calling.record_attempt(
        actor=worker, follow_up_id=callback.pk, attempt=said, now=evening + timedelta(minutes=20)
    )

    assert done.calls == 1


@pytest.mark.parametrize("_case, late, given", [("at the time", 5, True), ("half the night later", 420, False)])
def test_who_agreed_to_an_evening_is_called_then_and_not_in_the_night(worker, callback, _case, late, given):
    agreed = datetime.fromisoformat("2026-03-16T22:00:00+08:00")
    said = Attempt("APPOINTED", appointed_at=agreed)
    calling.record_attempt(actor=worker, follow_up_id=callback.pk, attempt=said, now=MORNING)

    found = taking.take_next(actor=worker, now=agreed + timedelta(minutes=late))

    assert (found is not None) is given


def test_hours_of_one_purpose_keep_back_no_other(worker, desk, holder, callback):
    """Surveys are quiet from six in the evening by these rules; the call-back behind them is given out."""
    quiet = tuple(row for row in DEFAULT_RULES.quiet if row.kind != "CARE")
    rules = replace(DEFAULT_RULES, quiet=(*quiet, Quiet("CARE", time(18), time(8))))
    RuleVersion.objects.create(version=1, rules=to_json(rules), made_at=MORNING)
    plan = FollowUpPlan.objects.get(code="NEW_CONTRACT")
    survey = FollowUpPlan.objects.create(code="SURVEY", trigger="CLAIM_CLOSED", content=plan.content, is_active=True)
    content = replace(plans.read(plan.content), trigger="CLAIM_CLOSED", term_days=1)
    open_many(survey, content, [Cause(f"s{one}", holder.pk, MORNING.date()) for one in range(12)], now=MORNING)
    seven = datetime.fromisoformat("2026-03-16T19:00:00+08:00")

    assert taking.take_next(actor=worker, now=seven).pk == callback.pk
    assert taking.take_next(actor=worker, now=seven) is None
    survey_call = taking.take_next(actor=worker, now=seven - timedelta(hours=1, minutes=5))
    calling.begin_call(actor=worker, follow_up_id=survey_call.pk, now=seven - timedelta(hours=1, minutes=5))
    done = calling.record_attempt(
        actor=worker, follow_up_id=survey_call.pk, attempt=Attempt("NO_ANSWER"), now=seven - timedelta(minutes=50)
    )
    assert (done.kind, done.calls) == ("VISIT", 1)


def test_pages_say_from_when_on_instead_of_offering_the_call(desk, callback, monkeypatch):
    browser, actor = client_of("contact_centre", unit=small_tree().east)
    open_desk(actor)
    FollowUp.objects.update(next_at=MORNING)
    path = f"/service/follow-ups/{callback.pk}/"
    browser.post(f"{path}take/")
    monkeypatch.setattr(clock, "now", lambda: NIGHT)

    listed, opened, next_page = (
        browser.get(page).content.decode()
        for page in ("/service/follow-ups/?sort=due", path, "/service/follow-ups/next/")
    )
    tried = browser.post(f"{path}begin/", HTTP_HX_REQUEST="true")
    wished = browser.post(f"{path}begin/", {"on_request": "1"}, HTTP_HX_REQUEST="true")

    assert "2026-03-17 08:00 起可致电" in listed
    assert ("2026-03-17 08:00 起可致电" in opened, "开始回访</button>" in opened) == (True, False)
    assert "已预约的除外" in next_page
    assert (tried.status_code, wished.status_code) == (422, 200)
    assert "现在可以致电" in wished.content.decode()
