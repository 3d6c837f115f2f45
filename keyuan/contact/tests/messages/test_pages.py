"""Pages of templates, the outbox and providers; reports and readers from outside (PLT-11, PLT-8)."""

import json

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from keyuan.contact.models import DeliveryReport, DoNotContact, Message, MessageTemplate, TemplateVersion
from keyuan.contact.services.messages.defaults import HANDOVER, SHIPPED, ship_templates
from keyuan.contact.services.messages.queueing import Draft, send
from keyuan.contact.services.messages.reports import signature
from keyuan.contact.services.messages.successors import tell_successors
from keyuan.contact.tests.messages.making import make_provider, make_template, reachable
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.subjects import subject_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return client_of("customer_resource_manager", unit=small_tree().head)[0]


@pytest.fixture
def approver(db):
    return client_of("compliance", unit=small_tree().head)[0]


def typed(**more):
    values = {"code": "greeting", "name": "问候", "channel": "SMS", "purpose": "CARE", "version": ""}
    return values | {"body_zh-hans": "尊敬的{salutation}，{wish}。", "place_0": "wish", "kind_0": "TEXT"} | more


def test_a_template_is_written_approved_by_another_and_then_used(writer, approver):
    writer.post(reverse("contact:template-new"), typed(label_0="祝福", sample_0="节日快乐"))
    template = MessageTemplate.objects.get(code="greeting")
    page = reverse("contact:template", args=[template.pk])

    assert "节日快乐" in writer.get(page).content.decode()
    writer.post(reverse("contact:template-submit", args=[template.pk]), {"version": 1})
    writer.post(reverse("contact:template-decide", args=[template.pk]), {"approve": "yes", "version": 2})
    assert TemplateVersion.objects.get(template=template).status == "WAITING"
    approver.post(reverse("contact:template-decide", args=[template.pk]), {"approve": "yes", "version": 2})
    assert TemplateVersion.objects.get(template=template).status == "APPROVED"

    edited = typed(version=3, sample_0="生日快乐", **{"body_zh-hans": "{salutation}：{wish}！"})
    writer.post(reverse("contact:template-edit", args=[template.pk]), edited)
    assert [row.status for row in template.versions.order_by("number")] == ["APPROVED", "DRAFT"]
    assert template.versions.get(number=1).texts["zh-hans"]["body"] == "尊敬的{salutation}，{wish}。"


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(writer):
    response = writer.post(reverse("contact:template-new"), typed(place_0="坏名", sample_0="x"))

    text = response.content.decode()
    assert response.status_code == 422
    assert "坏名" in text
    assert "尊敬的{salutation}" in text


def test_the_preview_fills_counts_and_warns(writer):
    response = writer.post(reverse("contact:template-preview"), typed(sample_0="保 本"))

    text = response.content.decode()
    assert "【客源保险】尊敬的周先生，保 本。" in text
    assert "保本" in text


def test_a_message_is_sent_once_from_the_record():
    template = make_template()
    make_provider()
    client, actor = client_of("agent")
    customer = reachable(actor)
    address = reverse("contact:customer-send", args=[customer.pk])
    values = {"template": template.pk, "key": "k1", "value_due_on": "2026-04-01", "contact_point": ""}

    assert "续期提醒" in client.get(address).content.decode()
    client.post(address, values)
    client.post(address, values)

    message = Message.objects.get()
    detail = client.get(reverse("contact:message", args=[message.pk])).content.decode()
    assert "周先生" not in detail
    assert "13812345678" not in detail
    assert message.created_by_id == actor.id


def test_a_stranger_meets_nothing():
    make_provider()
    owner = make_actor("agent")
    draft = Draft(reachable(owner).pk, {"due_on": "2026-04-01"})
    message = send(actor=owner, template_id=make_template().pk, draft=draft, now=clock.now())
    stranger, _actor = client_of("shift_leader", unit=small_tree().west)

    assert stranger.get(reverse("contact:message", args=[message.pk])).status_code == 404
    assert stranger.post(reverse("contact:message-cancel", args=[message.pk])).status_code == 404
    assert reverse("contact:message", args=[message.pk]) not in stranger.get(reverse("contact:outbox")).content.decode()


def test_a_report_counts_once_and_only_when_signed(monkeypatch):
    monkeypatch.setenv("KEYUAN_SECRET_REPORTS", "hush")
    provider = make_provider(config={"callback_secret_file": "reports"})
    owner = make_actor("agent")
    draft = Draft(reachable(owner).pk, {"due_on": "2026-04-01"})
    message = send(actor=owner, template_id=make_template().pk, draft=draft, now=clock.now())
    Message.objects.update(status="SENT", reference="r-1", provider=provider)
    body = json.dumps({"reports": [{"key": "1", "kind": "DELIVERED", "reference": "r-1"}]}).encode()
    moment = str(int(clock.wall().timestamp()))
    address = reverse("contact:provider-reports", args=[provider.key])

    def tell(sign):
        return Client().post(
            address, body, content_type="application/json", headers={"X-Timestamp": moment, "X-Signature": sign}
        )

    assert tell("0" * 64).status_code == 404
    answers = [tell(signature("hush", moment, body)).json() for _time in range(2)]

    message.refresh_from_db()
    assert answers == [{"new": 1}, {"new": 0}]
    assert (message.status, DeliveryReport.objects.count()) == ("DELIVERED", 1)


def test_a_reader_leaves_the_list_by_one_press():
    make_provider("EMAIL")
    owner = make_actor("agent")
    customer = reachable(owner, email="zhou@example.org")
    template = make_template("EMAIL", "RENEWAL", subject="续期提醒")
    message = send(
        actor=owner, template_id=template.pk, draft=Draft(customer.pk, {"due_on": "2026-04-01"}), now=clock.now()
    )
    address = reverse("contact:leave", args=[Signer(salt="keyuan.leave").sign(str(message.pk))])

    assert Client().get(address).status_code == 200
    assert not DoNotContact.objects.exists()
    for _time in range(2):
        assert Client().post(address).status_code == 200
    assert DoNotContact.objects.values_list("customer_id", "contact_channel", "scope").get() == (
        customer.pk, "EMAIL", "SALES",
    )  # fmt: skip
    assert Client().get(address.replace(str(message.pk), "999")).status_code == 404


def test_successors_are_told_once():
    make_provider()
    owner = make_actor("agent")
    told, silent = reachable(owner), reachable(owner, "无号码", "")

    first = tell_successors([told.pk, silent.pk], handover_id=7, allocation_id=0, now=clock.now())
    second = tell_successors([told.pk, silent.pk], handover_id=7, allocation_id=0, now=clock.now())

    message = Message.objects.get()
    assert (first, second) == ((1, 1), (1, 1))
    assert (message.purpose, message.batch, message.template_version.template.code) == (
        "NOTICE",
        "handover:7",
        HANDOVER,
    )


def test_shipped_templates_are_added_once():
    now = clock.now()

    assert ship_templates(now) == len(SHIPPED) > 9
    assert ship_templates(now) == 0


def test_every_kind_of_record_fits_where_a_message_says_what_it_is_about():
    longest = Message._meta.get_field("subject_kind").max_length

    assert [kind.key for kind in subject_kinds if len(kind.key) > longest] == []
