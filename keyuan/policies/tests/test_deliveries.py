"""Deliveries: envelopes once, couriers, signed receipts, files, e-policies read and confirmed by a link (POL-8)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.contact.models import MessagePolicy
from keyuan.contact.selectors.messages.providers import policy as message_policy
from keyuan.contact.services.messages.defaults import ship_templates
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.imports import Chunk, ImportContext
from keyuan.platform.models import AuditEvent
from keyuan.policies.drivers.couriers import Parcel
from keyuan.policies.drivers.couriers.fake import FakeCourier
from keyuan.policies.drivers.couriers.folder import FolderCourier
from keyuan.policies.models import Policy, PolicyLink, Shipment, ShipmentEvent
from keyuan.policies.rules.deliveries.states import STEPS, State, is_old_news, may_follow
from keyuan.policies.services.deliveries import intake, many, reading, shipping, tracking
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

PAPERS = ("CONTRACT", "RECEIPT")
OUT = {"state": "SENT", "carrier": "EMS", "tracking_no": "EA123456"}


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy():
    return make_policy(make_actor("agent"))


def prepared(clerk, policy, token="", papers=PAPERS):
    draft = shipping.ShipmentDraft(papers, policy.pk)
    return shipping.prepare(actor=clerk, draft=draft, now=NOW, token=token)


def told(actor, shipment, state, on=TODAY, source="STAFF", version=None, words="", **more):
    news = shipping.News(state, on, words, source, **more)
    return shipping.tell(actor=actor, shipment_id=shipment.pk, news=news, version=version, now=NOW)


def sent(clerk, policy, number="FK100001", carrier="FAKE"):
    return told(clerk, prepared(clerk, policy), "SENT", carrier=carrier, tracking_no=number)


def test_what_the_table_of_states_does_not_name_is_refused():
    legal = {(one, other) for one, targets in STEPS.items() for other in targets}

    assert {(one, other) for one in State for other in State if may_follow(one, other)} == legal
    assert is_old_news("SIGNED", "DELIVERED")
    assert is_old_news("RETURNED", "SENT")
    assert is_old_news("SENT", "SENT")
    assert not is_old_news("SIGNED", "RETURNED")
    assert not is_old_news("PREPARED", "DELIVERED")


@pytest.mark.parametrize("number, after, state", [
    ("FK1", 1, None), ("FK1", 2, "DELIVERED"), ("FK7", 4, None), ("FK7", 5, "RETURNED"), ("FK9", 10, "LOST"),
])  # fmt: skip
def test_the_demonstration_courier_answers_the_same_every_time(number, after, state):
    parcel = Parcel(number, TODAY)

    answers = [FakeCourier().track([parcel], TODAY + timedelta(days=after)) for _ in range(2)]

    assert [[one.state for one in found] for found in answers] == [[state] if state else []] * 2


def test_a_couriers_files_are_read_and_what_they_garble_is_passed_over(tmp_path):
    good = "\ufeffSF1,签收,2026-03-18,本人签收\nSF2,退回,2026-03-19\n"
    lines = f"{good}SF3,???,2026-03-19\nSF1,签收,gestern\nSF9,签收,2026-03-18\n,\n"
    (tmp_path / "1.csv").write_text(lines, encoding="utf-8")

    found = FolderCourier("SF", tmp_path).track([Parcel("SF1", TODAY), Parcel("SF2", TODAY)], TODAY)

    assert [(one.tracking_no, one.state, one.on.day, one.words) for one in found] == [
        ("SF1", "DELIVERED", 18, "本人签收"), ("SF2", "RETURNED", 19, ""),
    ]  # fmt: skip
    assert FolderCourier("SF", tmp_path / "none").track([Parcel("SF1", TODAY)], TODAY) == []


@pytest.mark.django_db
def test_an_envelope_is_prepared_once_however_often_the_form_is_sent(clerk, policy):
    one, same = prepared(clerk, policy, "a"), prepared(clerk, policy, "a")

    assert (one.pk, one.expects_receipt, one.customer_id) == (same.pk, True, policy.holder_id)
    with pytest.raises(Refused, match="on_its_way"):
        prepared(clerk, policy, "b")
    with pytest.raises(Refused, match="no_papers"):
        prepared(clerk, policy, papers=("NONSENSE",))
    assert Shipment.objects.count() == ShipmentEvent.objects.count() == 1


@pytest.mark.django_db
def test_the_signed_receipt_begins_cooling_off_once(clerk, policy):
    shipment = sent(clerk, policy)
    told(clerk, shipment, "DELIVERED")
    signed = told(clerk, shipment, "SIGNED")
    told(clerk, shipment, "SIGNED")

    policy.refresh_from_db()
    assert (signed.state, policy.receipt_signed_on, policy.cooling_off_until) == ("SIGNED", TODAY, date(2026, 3, 31))
    assert policy.in_cooling_off
    assert policy.events.filter(kind="RECEIPT").count() == 1
    assert [row.state for row in shipment.events.order_by("pk")] == ["PREPARED", "SENT", "DELIVERED", "SIGNED"]


@pytest.mark.django_db
def test_two_people_at_once_send_one_envelope(clerk, policy):
    shipment = prepared(clerk, policy)
    told(clerk, shipment, "SENT", version=1, carrier="EMS", tracking_no="EA123456")

    with pytest.raises(Conflict):
        told(clerk, shipment, "SENT", version=1, carrier="SF", tracking_no="SF123456", words="x")

    shipment.refresh_from_db()
    assert (shipment.carrier, shipment.tracking_no, shipment.version) == ("EMS", "EA123456", 2)


@pytest.mark.django_db
@pytest.mark.parametrize("news, code", [
    ({"state": "SENT", "carrier": "X", "tracking_no": "EA123456"}, "shipment.carrier"),
    ({"state": "SENT", "carrier": "EMS", "tracking_no": "12 4"}, "shipment.tracking_no"),
    ({"state": "DELIVERED"}, "shipment.wrong_state"),
    ({**OUT, "on": TODAY + timedelta(days=1)}, "policy.date_in_future"),
    ({**OUT, "on": TODAY - timedelta(days=1)}, "shipment.day"),
])  # fmt: skip
def test_news_that_cannot_be_is_refused(clerk, policy, news, code):
    shipment = prepared(clerk, policy)

    with pytest.raises(Refused) as refusal:
        told(clerk, shipment, **news)

    assert refusal.value.code == code
    shipment.refresh_from_db()
    assert (shipment.state, shipment.version) == ("PREPARED", 1)


@pytest.mark.django_db
def test_couriers_are_asked_in_turn_and_their_replayed_words_change_nothing(clerk, policy):
    shipment = sent(clerk, policy)
    later = NOW + timedelta(days=2)

    asked = [tracking.ask_couriers(NOW), tracking.ask_couriers(later), tracking.ask_couriers(later)]
    news = shipping.News("DELIVERED", TODAY + timedelta(days=2), "已签收", "COURIER")
    for _ in range(2):
        shipping.tell(actor=tracking.COURIERS, shipment_id=shipment.pk, news=news, version=None, now=later)

    shipment.refresh_from_db()
    assert asked == [0, 1, 0]
    assert (shipment.state, shipment.delivered_on, shipment.version) == ("DELIVERED", TODAY + timedelta(days=2), 3)
    assert shipment.events.count() == 3


@pytest.mark.django_db
def test_what_came_back_is_sent_again_once(clerk, policy):
    shipment = sent(clerk, policy)
    told(clerk, shipment, "RETURNED")

    made = many.send_again(actor=clerk, shipment_ids=[shipment.pk], now=NOW)
    again = many.send_again(actor=clerk, shipment_ids=[shipment.pk], now=NOW)

    assert (len(made), again) == (1, [])
    fresh = Shipment.objects.get(pk=made[0])
    assert (fresh.replaces_id, fresh.papers, fresh.state) == (shipment.pk, list(PAPERS), "PREPARED")
    assert many.cancel_many(actor=clerk, shipment_ids=made, now=NOW) == 1


@pytest.mark.django_db
def test_many_numbers_are_pasted_and_each_wrong_line_is_named(clerk):
    agent = make_actor("agent")
    one, two = (prepared(clerk, make_policy(agent)) for _ in range(2))
    lines = f"{one.shipment_no}\tEA100001\n{two.shipment_no}, EA100001\nSH0, EA100003\n{two.shipment_no}\n"
    paste = {"actor": clerk, "carrier": "EMS", "on": TODAY, "lines": lines, "now": NOW}

    first, again = many.send_many(**paste), many.send_many(**paste)

    codes = ["shipment.tracking_taken", "shipment.unknown", "shipment.line"]
    assert (first[0], [one.error.code for one in first[1]]) == (1, codes)
    assert (again[0], [one.error.code for one in again[1]]) == (1, codes)
    assert Shipment.objects.filter(state="SENT").count() == 1


@pytest.mark.django_db
def test_a_couriers_spreadsheet_is_taken_in_once_row_by_row(clerk, policy):
    shipment = sent(clerk, policy, "EA100001", "EMS")
    context = ImportContext(1, clerk, "file", "CNY", {}, {}, None, "", NOW)
    columns = {
        "shipment_no": [shipment.shipment_no, None, "SH0", None],
        "tracking_no": [None, "EA100001", None, "EA100001"],
        "state": ["DELIVERED", "SIGNED", "LOST", "SENT"],
        "on": [TODAY, TODAY, TODAY, TODAY],
    }
    chunk = Chunk([2, 3, 4, 5], ["a", "b", "c", "d"], columns, [b""] * 4)

    outcome = intake.check_results(chunk, context)
    intake.write_results(chunk, context, outcome)
    again = intake.check_results(chunk, context)

    assert ([(one.index, one.code) for one in outcome.issues], outcome.updated) == ([(2, "shipment.unknown")], 2)
    assert (again.unchanged, again.updated) == (3, 0)
    policy.refresh_from_db()
    shipment.refresh_from_db()
    assert (shipment.state, policy.receipt_signed_on) == ("SIGNED", TODAY)


@pytest.mark.django_db
def test_the_file_for_the_courier_holds_addresses_and_stands_on_the_trail(clerk):
    agent = make_actor("agent")
    shipment = prepared(clerk, make_policy(agent, make_customer(agent, phone="13800138000")))

    name, content = tracking.dispatch_file(actor=clerk, shipment_ids=[shipment.pk], now=NOW)

    text = content.decode("utf-8-sig")
    assert name.endswith(".csv")
    assert shipment.shipment_no in text
    assert "13800138000" in text
    assert AuditEvent.objects.filter(action="reveal", subject_kind="shipment", subject_id=shipment.pk).exists()
    with pytest.raises(Refused, match="nothing_prepared"):
        tracking.dispatch_file(actor=clerk, shipment_ids=[0], now=NOW)


@pytest.mark.django_db
def test_the_holder_confirms_the_e_policy_by_a_link_and_that_is_the_receipt(policy):
    agent = make_actor("agent")
    Policy.objects.filter(pk=policy.pk).update(servicing_agent_id=agent.scope.agent_id)
    link, token = reading.share_policy(actor=agent, policy_id=policy.pk, days=7, now=clock.now())
    address, reader = reverse("policies:shared-policy", args=[token]), Client(headers={"User-Agent": "test browser"})

    page = reader.get(address)
    wrong = reader.post(reverse("policies:shared-policy-confirm", args=[token]), {"seen": "0" * 64})
    for _ in range(2):
        right = reader.post(reverse("policies:shared-policy-confirm", args=[token]), {"seen": link.sha256})

    link.refresh_from_db()
    policy.refresh_from_db()
    assert (page.status_code, wrong.status_code, right.status_code) == (200, 404, 302)
    assert policy.holder_name not in page.content.decode()
    assert policy.policy_no not in page.content.decode()
    assert link.sha256 == reading.digest(link.document)
    assert link.sha256 in page.content.decode()
    assert (link.page_version, link.device, link.opens) == (reading.PAGE_VERSION, "test browser", 1)
    assert policy.receipt_signed_on is not None
    assert policy.events.filter(kind="RECEIPT").count() == 1


@pytest.mark.django_db
def test_a_link_that_is_over_looks_like_one_that_never_was(policy):
    agent = make_actor("agent")
    Policy.objects.filter(pk=policy.pk).update(servicing_agent_id=agent.scope.agent_id)
    link, token = reading.share_policy(actor=agent, policy_id=policy.pk, days=7, now=NOW)
    reading.revoke_policy_link(actor=agent, policy_id=policy.pk, link_id=link.pk, now=NOW)

    for key, now in ((token, NOW), ("x" * 43, NOW)):
        with pytest.raises(NotFound):
            reading.note_opened(token=key, now=now)
    _other, late = reading.share_policy(actor=agent, policy_id=policy.pk, days=7, now=NOW)
    with pytest.raises(NotFound):
        reading.confirm_reading(token=late, seen=_other.sha256, device="", now=NOW + timedelta(days=7))
    with pytest.raises(Refused, match="link_days"):
        reading.share_policy(actor=agent, policy_id=policy.pk, days=91, now=NOW)


@pytest.mark.django_db
def test_a_fresh_contract_is_sent_to_its_holder_once_where_there_is_a_public_address():
    ship_templates(NOW)
    agent = make_actor("agent")
    holder = make_customer(agent, phone="13800138000")
    policy = make_policy(agent, holder, effective_on=TODAY, applied_on=TODAY, issued_on=TODAY)
    old = keep(make_policy(agent), issued_on=date(2025, 3, 1))

    before = reading.send_e_policy(policy.pk, NOW)
    row = message_policy()
    row.public_url = "https://keyuan.example"
    row.save() if row.pk else MessagePolicy.objects.create(public_url="https://keyuan.example")
    links = [reading.send_e_policy(pk, NOW) for pk in (policy.pk, policy.pk, old.pk)]

    assert before is None
    assert (links[0] is not None, links[1:]) == (True, [None, None])
    assert PolicyLink.objects.get().message_id is not None


@pytest.mark.django_db
def test_the_journey_in_the_browser_from_envelope_to_receipt(policy):
    client, _clerk = client_of("policy_clerk", unit=small_tree().east)
    tab = client.get(reverse("policies:policy-delivery", args=[policy.pk]))
    prepare = reverse("policies:delivery-prepare", args=[policy.pk])
    made = client.post(prepare, {"papers": ["CONTRACT", "RECEIPT"], "note": "", "idempotency": "t"})
    shipment = Shipment.objects.get()
    today = clock.now().date().isoformat()
    send = reverse("policies:delivery-send", args=[shipment.pk])
    typed = {"version": 1, "carrier": "EMS", "tracking_no": "E1", "on": today}
    wrong = client.post(send, typed)
    right = client.post(send, {**typed, "tracking_no": "EA123456"})
    news = reverse("policies:delivery-news", args=[shipment.pk])
    signed = client.post(news, {"version": 2, "state": "SIGNED", "on": today, "words": ""})

    policy.refresh_from_db()
    assert (tab.status_code, client.get(prepare).status_code, made.status_code) == (200, 200, 302)
    assert (wrong.status_code, "E1" in wrong.content.decode(), right.status_code) == (422, True, 302)
    assert (signed.status_code, policy.receipt_signed_on.isoformat()) == (302, today)
    for name in ("deliveries", "delivery-dispatch"):
        assert client.get(reverse(f"policies:{name}")).status_code == 200
    assert client.get(reverse("policies:delivery", args=[shipment.pk])).status_code == 200
