"""Plans and questionnaires: one writes, another one publishes, what the law asks stays (SRV-8)."""

from dataclasses import replace

import pytest

from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.service.models import FollowUpPlan, Questionnaire, QuestionnaireVersion
from keyuan.service.rules.follow_ups import plans, questions, script
from keyuan.service.services.follow_ups import planning
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import MORNING, clerk

pytestmark = pytest.mark.django_db
PLAN = plans.Plan("理赔回访", plans.CLAIM_CLOSED, script.SATISFACTION_CODE, delay_days=2)


@pytest.fixture
def writer():
    seed(MORNING)
    return clerk("shift_leader")


@pytest.fixture
def publisher():
    return clerk("contact_centre_director")


def save(actor, row=None, plan=PLAN):
    version = row.version if row else 0
    return planning.save_plan(actor=actor, plan_id=row.pk if row else None, plan=plan, version=version, now=MORNING)


def test_a_plan_comes_into_force_by_a_second_person(writer, publisher):
    row = save(writer)
    assert (row.is_active, row.content) == (False, {})
    with pytest.raises(Refused, match=r"plan\.same_person"):
        planning.publish_plan(actor=writer, plan_id=row.pk, version=row.version, now=MORNING)
    with pytest.raises(Conflict):
        planning.publish_plan(actor=publisher, plan_id=row.pk, version=9, now=MORNING)

    row = planning.publish_plan(actor=publisher, plan_id=row.pk, version=row.version, now=MORNING)

    assert (row.is_active, row.trigger, row.draft) == (True, "CLAIM_CLOSED", None)
    row = save(writer, row, replace(PLAN, delay_days=5))
    assert plans.read(row.content).delay_days == 2
    with pytest.raises(Forbidden):
        save(clerk())


@pytest.mark.parametrize(
    "plan, field",
    [
        (replace(PLAN, name=" "), "name"), (replace(PLAN, questionnaire="NONE"), "questionnaire"),
        (replace(PLAN, desk_id=999), "desk_id"), (replace(PLAN, attempts=99), "attempts"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_names_its_field(writer, plan, field):
    with pytest.raises(Invalid) as invalid:
        save(writer, plan=plan)

    assert [error.field for error in invalid.value.errors] == [field]


def test_the_call_back_of_new_contracts_cannot_be_stopped(writer):
    row = FollowUpPlan.objects.get(code="NEW_CONTRACT")

    with pytest.raises(Refused, match=r"plan\.law"):
        planning.stop_plan(actor=writer, plan_id=row.pk, version=row.version, now=MORNING)
    with pytest.raises(Refused, match=r"plan\.published"):
        planning.drop_plan(actor=writer, plan_id=row.pk, now=MORNING)


def test_the_seven_questions_stay_and_a_published_version_never_changes(writer, publisher):
    one = Questionnaire.objects.get(code=script.CODE)
    draft = planning.new_version(actor=writer, questionnaire_id=one.pk, now=MORNING)
    assert planning.new_version(actor=writer, questionnaire_id=one.pk, now=MORNING).pk == draft.pk
    less = [question for question in script.NEW_CONTRACT if question.key != "SURRENDER"]
    draft = planning.save_questions(actor=writer, version_id=draft.pk, made=less, version=1, now=MORNING)
    with pytest.raises(Refused) as refused:
        planning.publish_questions(actor=publisher, version_id=draft.pk, version=2, now=MORNING)
    assert refused.value.params["keys"] == "SURRENDER"

    more = [*script.NEW_CONTRACT, questions.Question("EXTRA", "TEXT", "还有什么意见？", required=False)]
    draft = planning.save_questions(actor=writer, version_id=draft.pk, made=more, version=2, now=MORNING)
    planning.publish_questions(actor=publisher, version_id=draft.pk, version=3, now=MORNING)

    states = dict(QuestionnaireVersion.objects.filter(questionnaire=one).values_list("number", "status"))
    assert states == {1: "REPLACED", 2: "PUBLISHED"}
    with pytest.raises(Refused, match=r"questionnaire\.published"):
        planning.save_questions(actor=writer, version_id=draft.pk, made=less, version=4, now=MORNING)


def test_the_editor_in_the_browser():
    browser, _actor = client_of("shift_leader", unit=small_tree().east)
    seed(clock.now())
    form = {
        "name": "退保回访", "trigger": "SURRENDERED", "questionnaire": "SATISFACTION",
        "ways": "PHONE", "wait_days": "3",
        "link_days": "7",
        "delay_days": "1", "term_days": "10", "attempts": "3", "retry_hours": "4", "resample_percent": "0",
        "least_premium": "0", "version": "0",
    }  # fmt: skip
    assert "新契约回访" in browser.get("/service/follow-ups/plans/").content.decode()
    wrong = browser.post("/service/follow-ups/plans/new/", form | {"trigger": "DORMANT", "delay_days": "0"})
    made = browser.post("/service/follow-ups/plans/new/", form)
    assert (wrong.status_code, made.status_code) == (422, 302)
    assert "请填写满多少天" in wrong.content.decode()

    started = browser.post("/service/follow-ups/questionnaires/new/", {"code": "care_1", "name": "关怀问卷"})
    page = started["Location"]
    question = {
        "key": "a",
        "kind": "SINGLE",
        "text": "满意吗？",
        "options": "*Y：是\nN：否",
        "required": "on",
        "version": "1",
    }
    bad = browser.post(f"{page}0/", question | {"options": "只有一行"})
    good = browser.post(f"{page}0/", question)

    assert (bad.status_code, good.status_code) == (422, 302)
    assert "第 1 行无法识别" in bad.content.decode()
    content = QuestionnaireVersion.objects.get(questionnaire__code="CARE_1").content
    assert questions.read(content)[0].wanted == ("Y",)
    assert "满意吗" in browser.get(page).content.decode()
    assert browser.post(f"{page}1/drop/", {"version": "2"}).status_code == 302
