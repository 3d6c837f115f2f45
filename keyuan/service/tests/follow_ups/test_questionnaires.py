"""Follow-ups by questionnaire: sent once with a permit, answered once, else the next way (SRV-8, MKT-9, PIPL)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from keyuan.contact.events import MessagesLost
from keyuan.contact.models import Message, MessagePolicy, Permit
from keyuan.contact.rules.agreeing import RefusalDraft
from keyuan.contact.services.messages.reports import Report, take_reports
from keyuan.contact.services.refusals import refuse_contact
from keyuan.customers.models import Customer, Interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.service.handlers import follow_ups as handlers
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall, FollowUpLink, FollowUpPlan, WorkOrder
from keyuan.service.rules.follow_ups import plans
from keyuan.service.selectors.follow_ups.reading import script_of
from keyuan.service.services.follow_ups import by_link, sending
from keyuan.service.services.follow_ups.calling import Attempt, record_attempt
from keyuan.service.services.follow_ups.keeping_data import erase
from keyuan.service.services.follow_ups.opening import Cause, open_callbacks, open_many
from keyuan.service.services.follow_ups.taking import take, take_next
from keyuan.service.testing import MORNING
from keyuan.service.tests.follow_ups.conftest import TODAY

pytestmark = pytest.mark.django_db
BORN = "1980-05-06"
YES = ("IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT")
HOUSE = system_actor("test")


@pytest.fixture(autouse=True)
def tokens(monkeypatch):
    """The tokens that were sent, in order; pages look at the clock of these tests."""
    made: list[str] = []

    def token(_bytes):
        made.append(f"token-{len(made) + 1}")
        return made[-1]

    monkeypatch.setattr(sending.secrets, "token_urlsafe", token)
    monkeypatch.setattr("keyuan.service.views.follow_ups.questionnaire.clock.now", lambda: MORNING)
    MessagePolicy.objects.update_or_create(pk=1, defaults={"public_url": "https://keyuan.example", "hotline": "95500"})
    return made


def by_ways(code, *ways, **changes):
    """Put a shipped plan in force with these ways."""
    row = FollowUpPlan.objects.get(code=code)
    content = (row.draft or row.content) | {"ways": list(ways)} | changes
    FollowUpPlan.objects.filter(pk=row.pk).update(content=content, is_active=True, trigger=content["trigger"])
    row.refresh_from_db()
    return row


@pytest.fixture
def asked(desk, new_policy):
    """A call-back whose questionnaire went out as a text message."""
    by_ways("NEW_CONTRACT", "SMS", "PHONE", resample_percent=0)
    open_callbacks([new_policy.pk], now=MORNING)
    sending.take_steps(MORNING)
    return FollowUp.objects.get()


def survey(holder, *ways, code="COMPLAINT", key="x"):
    """A satisfaction survey by these ways, whose first step was taken."""
    row = by_ways(code, *ways, delay_days=0)
    open_many(row, plans.read(row.content), [Cause(key, holder.pk, TODAY)], now=MORNING)
    sending.take_steps(MORNING)
    return FollowUp.objects.get(key=key)


def fresh(row):
    row.refresh_from_db()
    return row


def said(**changes):
    return {key: [changes.get(key, "YES")] for key in YES}


def proof_of(token):
    return by_link.prove(token=token, birth=BORN, now=MORNING)


def answer(token, **changes):
    return by_link.submit(token=token, proof=proof_of(token), values=said(**changes), now=MORNING)


def test_a_questionnaire_goes_to_the_number_held_once_and_then_somebody_calls(asked, worker, holder):
    sending.take_steps(MORNING)
    message, link = Message.objects.get(), FollowUpLink.objects.get()
    assert (asked.status, asked.contact_channel, asked.pool_id, asked.asked_ways) == ("ASKED", "SMS", None, "SMS")
    assert (message.channel, message.purpose, message.contact_point_id) == ("SMS", "NOTICE", asked.contact_point_id)
    assert (link.message_id, link.expires_at) == (message.pk, MORNING + timedelta(days=7))
    assert Permit.objects.get().purpose == "NOTICE"
    assert take_next(actor=worker, now=MORNING) is None

    sending.take_steps(MORNING + timedelta(days=3))

    assert (fresh(asked).status, asked.contact_channel, asked.way_at) == ("WAITING", "PHONE", None)
    assert take_next(actor=worker, now=MORNING + timedelta(days=3)).pk == asked.pk
    assert Message.objects.count() == 1


def test_answers_as_required_are_a_success_once(asked, tokens):
    assert answer(tokens[0]).is_answered
    again = by_link.submit(token=tokens[0], proof="", values=said(COVER="NO"), now=MORNING)

    assert again.is_answered
    assert (fresh(asked).status, asked.in_time, asked.done_way, asked.calls) == ("DONE", True, "SMS", 0)
    assert FollowUpAnswer.objects.get(question="BIRTH").value == ["MATCH"]
    assert set(FollowUpAnswer.objects.values_list("question", "is_as_required")) == {(k, True) for k in (*YES, "BIRTH")}
    entry = Interaction.objects.get(subject_kind="follow_up")
    assert (entry.kind, entry.direction, entry.outcome) == ("SMS", "IN", "DONE")


def test_another_answer_opens_a_work_order_and_comes_back_to_a_person(asked, tokens):
    answer(tokens[0], PURCHASE="NO")

    order = WorkOrder.objects.get()
    assert (fresh(asked).status, asked.last_result, asked.order_id) == ("PROBLEM", "PROBLEM", order.pk)
    asked_in_words = next(one.text for one in script_of(asked)[0] if one.key == "PURCHASE")
    assert (order.contact_channel, order.description) == ("PORTAL", asked_in_words)
    assert by_link.submit(token=tokens[0], proof="", values=said(), now=MORNING).is_answered
    assert fresh(asked).status == "PROBLEM"


def test_whoever_is_called_meanwhile_finds_nothing_left_to_answer(asked, tokens, worker):
    take(actor=worker, follow_up_id=asked.pk, now=MORNING)
    wrong = Attempt("WRONG_NUMBER", note="空号")
    record_attempt(actor=worker, follow_up_id=asked.pk, attempt=wrong, now=MORNING)
    assert fresh(asked).status == "LETTER_DUE"
    FollowUp.objects.update(status="DONE", is_open=False)

    sheet = by_link.open_link(token=tokens[0], now=MORNING)

    assert (sheet.is_over, sheet.is_answered) == (True, False)
    assert answer(tokens[0]).is_over
    assert FollowUpAnswer.objects.count() == 0


def test_three_wrong_dates_of_birth_end_the_link(asked, tokens):
    for _try in range(3):
        with pytest.raises(Refused, match=r"follow_up\.birth_wrong"):
            by_link.prove(token=tokens[0], birth="1980-05-07", now=MORNING)

    assert (fresh(asked).status, FollowUpLink.objects.get().end_reason) == ("WAITING", "birth")
    assert Client().get(f"/service/questionnaire/{tokens[0]}/").status_code == 404


def test_the_page_tells_nobody_whom_it_is_about(asked, tokens):
    path, browser = f"/service/questionnaire/{tokens[0]}/", Client()
    first = browser.get(path)
    wrong = browser.post(path, {"birth": "1980-05-07", "q-COVER": "YES"})
    questions = browser.post(path, {"birth": BORN})
    text = first.content.decode() + wrong.content.decode() + questions.content.decode()

    assert "周国栋" not in text
    assert "1380000" not in text
    assert "犹豫期" not in first.content.decode()
    assert (wrong.status_code, 'name="q-COVER" value="YES"' in wrong.content.decode()) == (422, True)
    assert "犹豫期" in questions.content.decode()
    assert (first["Referrer-Policy"], first["X-Robots-Tag"]) == ("same-origin", "noindex")
    form = {"proof": questions.context["proof"], **{f"q-{key}": "YES" for key in YES[:-1]}}
    short = browser.post(path, form)
    assert (short.status_code, "请回答此题" in short.content.decode()) == (422, True)
    assert short.content.decode().count(" checked") == len(YES) - 1
    late = browser.post(path, form | {"q-PAYMENT": "YES", "proof": "ran out"}).content.decode()
    assert "请先填写您的出生日期" in late
    assert 'name="q-PAYMENT" value="YES"' in late
    assert browser.post(path, form | {"q-PAYMENT": "YES"}).status_code == 302
    assert "感谢" in browser.get(path).content.decode()
    link = FollowUpLink.objects.get()
    assert (link.opens, link.opened_at, link.answered_at) == (2, MORNING, MORNING)
    assert fresh(asked).read_way == "SMS"


@pytest.mark.parametrize("language, text", [("zh-hans", "是否了解"), ("zh-hant", "是否瞭解"), ("en", "Do you know")])
def test_the_customer_reads_it_in_their_language(asked, tokens, language, text):
    browser = Client()
    path = f"/service/questionnaire/{tokens[0]}/"
    browser.post("/me/language/", {"language": language, "next": path})

    shown = browser.post(path, {"birth": BORN}).content.decode()

    assert text in shown
    assert f'lang="{language}"' in shown.lower()


@pytest.mark.parametrize("how", ["expired", "erased", "closed", "revoked"])
def test_a_link_that_is_over_opens_nothing(asked, tokens, how):
    if how == "expired":
        FollowUpLink.objects.update(expires_at=MORNING)
    elif how == "erased":
        erase(asked.customer_id, False, MORNING)
    elif how == "closed":
        Customer.objects.update(status="DECEASED")
    else:
        sending.end_links([asked.pk], "replaced", MORNING)

    path = f"/service/questionnaire/{tokens[0]}/"
    answers = [Client().get(path), Client().post(path, {"q-COVER": "YES"}), Client().get("/service/questionnaire/no/")]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({one.content.decode().count("此链接已失效") for one in answers}) == 1
    assert FollowUpAnswer.objects.count() == 0


@pytest.mark.parametrize(
    "channel, ways, ends",
    [
        ("SMS", ("SMS", "PHONE"), ("WAITING", "PHONE", "")),
        ("SMS", ("SMS",), ("UNREACHED", "SMS", "unanswered")),
        ("", ("SMS", "PHONE"), ("DROPPED", "SMS", "refused")),
    ],
)
def test_who_refused_gets_no_message(desk, holder, channel, ways, ends):
    draft = RefusalDraft("PHONE", MORNING, channel=channel, scope="ALL", words="别再联系我")
    refuse_contact(actor=HOUSE, customer_id=holder.pk, draft=draft, now=MORNING)

    row = survey(holder, *ways)

    assert (row.status, row.contact_channel, row.end_reason) == ends
    assert Message.objects.count() == 0
    assert FollowUpLink.objects.get().not_sent_because == "do_not_contact"


def test_what_the_law_asks_reaches_whoever_refused_everything(desk, new_policy, holder):
    draft = RefusalDraft("PHONE", MORNING, scope="ALL", words="别再联系我")
    refuse_contact(actor=HOUSE, customer_id=holder.pk, draft=draft, now=MORNING)
    by_ways("NEW_CONTRACT", "SMS", "PHONE")

    open_callbacks([new_policy.pk], now=MORNING)
    sending.take_steps(MORNING)

    assert (FollowUp.objects.get().status, Message.objects.count()) == ("ASKED", 1)


def test_quiet_hours_are_waited_for(desk, holder):
    row = by_ways("COMPLAINT", "SMS", "PHONE", delay_days=0)
    evening = MORNING + timedelta(hours=13)
    open_many(row, plans.read(row.content), [Cause("x", holder.pk, TODAY)], now=evening)

    sending.take_steps(evening)

    follow_up = FollowUp.objects.get()
    assert (follow_up.status, Message.objects.count(), FollowUpLink.objects.count()) == ("ASKED", 0, 0)
    assert evening < follow_up.way_at < evening + timedelta(days=1)
    sending.take_steps(follow_up.way_at)
    assert Message.objects.count() == 1


def test_without_an_address_the_next_way_is_taken_at_once(desk, holder):
    row = survey(holder, "WECHAT", "EMAIL", "SMS", "PHONE")

    assert (row.status, row.contact_channel, row.asked_ways) == ("ASKED", "SMS", "SMS")
    assert list(FollowUpLink.objects.order_by("pk").values_list("contact_channel", "not_sent_because")) == [
        ("WECHAT", "message.no_address"), ("EMAIL", "message.no_address"), ("SMS", ""),
    ]  # fmt: skip


def test_an_undeliverable_message_moves_on_and_a_replay_does_not(asked, tokens, django_capture_on_commit_callbacks):
    message = Message.objects.get()
    Message.objects.update(status="SENT", provider=_provider(), reference="r-1")
    take_reports(_provider(), [Report("b-1", "BOUNCED", reference="r-1")], MORNING)

    for _time in range(2):
        handlers.questionnaires_lost(MessagesLost((message.pk,), "follow_up"))

    assert (fresh(asked).status, asked.contact_channel, asked.version) == ("WAITING", "PHONE", 3)
    assert FollowUpLink.objects.get().end_reason == "undeliverable"
    assert not handlers.concerns_questionnaires(MessagesLost((1,), "policy"))


def _provider():
    from keyuan.contact.models import MessageProvider

    values = {"name": "x", "channel": "SMS", "created_at": MORNING}
    return MessageProvider.objects.get_or_create(key="x", defaults=values)[0]


def test_a_survey_skips_what_is_not_asked_and_takes_the_version_it_was_opened_with(desk, holder, tokens):
    row = survey(holder, "SMS", "PHONE")
    sheet = by_link.open_link(token=tokens[0], now=MORNING)
    assert (sheet.asks_birth, [one.key for one in sheet.questions]) == (False, ["SCORE", "SOLVED", "WHY", "REMARK"])

    with pytest.raises(by_link.Unfinished) as refused:
        by_link.submit(token=tokens[0], proof="", values={"SCORE": ["11"], "SOLVED": ["NO"]}, now=MORNING)
    by_link.submit(token=tokens[0], proof="", values={"SCORE": ["9"], "SOLVED": ["YES"], "WHY": ["x"]}, now=MORNING)

    assert refused.value.codes == {"SCORE": "follow_up.scale", "WHY": "follow_up.required"}
    assert (fresh(row).status, row.done_way) == ("DONE", "SMS")
    assert sorted(FollowUpAnswer.objects.values_list("question", flat=True)) == ["SCORE", "SOLVED"]


def test_somebody_sends_it_by_hand_and_the_older_link_ends(asked, tokens, worker, holder):
    take(actor=worker, follow_up_id=asked.pk, now=MORNING)
    sending.send_by_hand(actor=worker, follow_up_id=asked.pk, way="SMS", now=MORNING)

    assert (fresh(asked).status, asked.owner_id, Message.objects.count()) == ("ASKED", None, 2)
    assert Client().get(f"/service/questionnaire/{tokens[0]}/").status_code == 404
    assert Client().get(f"/service/questionnaire/{tokens[1]}/").status_code == 200
    with pytest.raises(Refused, match=r"follow_up\.not_sent"):
        sending.send_by_hand(actor=worker, follow_up_id=asked.pk, way="EMAIL", now=MORNING)
    with pytest.raises(Refused, match=r"follow_up\.way"):
        sending.send_by_hand(actor=worker, follow_up_id=asked.pk, way="PHONE", now=MORNING)
    assert FollowUpCall.objects.count() == 0


def test_whose_date_of_birth_is_unknown_is_called(desk, agent_actor):
    from keyuan.service.tests.follow_ups.conftest import make_new_policy

    by_ways("NEW_CONTRACT", "SMS", "PHONE")
    nobody = make_customer(agent_actor, "无生日", phone="13800002222", birth_on=None)
    open_callbacks([make_new_policy(agent_actor, nobody).pk], now=MORNING)

    sending.take_steps(MORNING)

    assert (FollowUp.objects.get().status, FollowUpLink.objects.get().not_sent_because) == ("WAITING", "unlawful")
    assert date.fromisoformat(BORN).year == 1980
