"""Complaints that look alike: templates, numbers, proxies; groups; what figures count against (SRV-4, §A.6)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.models import Notice
from keyuan.policies.testing import make_policy, make_product
from keyuan.service.models import Complaint, ComplaintBase, ComplaintCluster, ComplaintSign
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import likeness
from keyuan.service.selectors.bases import bases
from keyuan.service.selectors.clusters import access_cluster, clusters
from keyuan.service.services.reckoning import quarter_of, reckon
from keyuan.service.services.resembling.deciding import change_threshold, decide_cluster
from keyuan.service.testing import MORNING, clerk, make_complaint, open_desk

LETTER = (
    "本人{name}于{year}年在贵公司投保{product}，保单号{number}。销售人员在推销过程中承诺收益稳定、随时可以支取，"
    "未向本人说明退保损失和犹豫期权利，也没有出示产品说明书，属于严重的销售误导行为。现要求贵公司按照监管规定"
    "全额退还本人已交保费{amount}元并支付相应利息，请在十五日内书面答复，否则本人将向监管部门继续反映。"
)
OTHER = (
    "我在营业厅办理业务时排队等候超过两个小时，窗口只开了一个，工作人员中途离开没有任何说明。后来轮到我时又说系统"
    "故障让我改天再来，我年纪大了来回一趟不容易，希望贵公司改进服务流程，增加窗口并安排人员引导老年客户办理。"
)
NAMES = ("王建国", "李秀英", "张伟", "欧阳修文", "陈晨")


def letter(place):
    return LETTER.format(
        name=NAMES[place % 5],
        year=2018 + place,
        product=("福满一生", "康宁终身")[place % 2],
        number=f"P{place * 7919:08}",
        amount=12_000 + 731 * place,
    )


@pytest.fixture
def handler():
    made = clerk("shift_leader")
    open_desk(made)
    return made


@pytest.fixture
def people(agent_actor):
    return [make_customer(agent_actor, name) for name in NAMES]


def test_letters_of_one_template_are_near_and_others_are_far():
    prints = [likeness.fingerprint(letter(place)) for place in range(5)]

    assert all(likeness.are_alike(likeness.TEXT, prints[0], other) for other in prints)
    assert likeness.distance(prints[0], likeness.fingerprint(OTHER)) > likeness.NEAR + 10
    assert likeness.fingerprint("退保手续费争议") is None


@given(st.text(alphabet="0123456789 \n,.-%", max_size=30))
def test_figures_and_blanks_never_hide_a_template(noise):
    plain = letter(1)
    assert likeness.fingerprint(plain.replace("。", f"。{noise}")) == likeness.fingerprint(plain)


@pytest.mark.parametrize(
    "kind, fields, needed",
    [
        ("TEXT", lambda place: {"description": letter(place)}, 3),
        ("PHONE", lambda _place: {"complaint": {"callback_phone": "138 0013 8000"}}, 3),
        (
            "PROXY",
            lambda _place: {
                "complaint": {
                    "capacity": "PROXY", "claimant_name": "维权王先生", "has_authority": True, "has_identity": True,
                }
            },
            2,
        ),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_cluster_appears_with_enough_customers_and_grows(handler, people, kind, fields, needed):
    seen = []
    for place, person in enumerate(people[:4]):
        make_complaint(handler, person.pk, **fields(place))
        seen.append(ComplaintCluster.objects.filter(kind=kind).count())
    # The same customer once more is a repeated complaint, no further customer.
    make_complaint(handler, people[0].pk, **fields(0))

    cluster = ComplaintCluster.objects.get()
    assert seen == [0] * (needed - 1) + [1] * (5 - needed)
    assert (cluster.size, cluster.customers, cluster.status) == (5, 4, "OPEN")
    assert set(Complaint.objects.values_list("is_group_sign", flat=True)) == {True}


@pytest.mark.django_db
def test_what_is_long_ago_or_different_makes_no_cluster(handler, people):
    for place, person in enumerate(people[:3]):
        make_complaint(handler, person.pk, description=letter(place), now=MORNING + timedelta(days=31 * place))
    make_complaint(handler, people[3].pk, description=OTHER)

    assert not ComplaintCluster.objects.exists()
    assert ComplaintSign.objects.count() == 4


@pytest.fixture
def cluster(handler, people):
    for place, person in enumerate(people[:3]):
        make_complaint(handler, person.pk, description=letter(place))
    return ComplaintCluster.objects.get()


def decide(actor, cluster, status, version=1, reason="同一人撰写"):
    return decide_cluster(
        actor=actor, cluster_id=cluster.pk, status=status, reason=reason, version=version, now=MORNING
    )


@pytest.mark.django_db
def test_a_group_gets_its_level_also_the_members_that_come_later(handler, people, cluster):
    decide(handler, cluster, "GROUP")
    make_complaint(handler, people[3].pk, description=letter(4))

    assert set(Complaint.objects.values_list("level", "group_size")) == {("GROUP", 4)}


@pytest.mark.django_db
def test_a_group_of_twenty_is_a_major_event(handler, agent_actor, cluster, monkeypatch):
    monkeypatch.setattr(rules, "MAJOR_GROUP", 4)
    watcher = make_actor("compliance", unit=small_tree().head)
    decide(handler, cluster, "GROUP")
    make_complaint(handler, make_customer(agent_actor, "第四人").pk, description=letter(3))

    assert set(Complaint.objects.values_list("level", flat=True)) == {"MAJOR"}
    assert Notice.objects.filter(user_id=watcher.id, code="complaint.major").count() == 1


@pytest.mark.django_db
def test_a_dismissed_cluster_takes_its_sign_away_and_can_be_opened_again(handler, people, cluster):
    decide(handler, cluster, "DISMISSED")
    make_complaint(handler, people[3].pk, description=letter(4))
    without = set(Complaint.objects.values_list("is_group_sign", flat=True))
    decide(handler, cluster, "OPEN", version=2)

    assert without == {False}
    assert set(Complaint.objects.values_list("is_group_sign", flat=True)) == {True}


@pytest.mark.django_db
def test_who_is_second_without_reason_or_out_of_reach_decides_nothing(handler, cluster):
    elsewhere = make_actor("complaint_handler", unit=small_tree().west)
    with pytest.raises(Refused):
        decide(handler, cluster, "GROUP", reason=" ")
    with pytest.raises(NotFound):
        decide(elsewhere, cluster, "GROUP")
    with pytest.raises(Forbidden):
        decide(clerk("contact_centre"), cluster, "GROUP")
    decide(handler, cluster, "GROUP")
    with pytest.raises(Conflict):
        decide(handler, cluster, "DISMISSED")

    assert clusters(elsewhere, open_only=False) == []
    assert access_cluster(handler, cluster.pk).status == "GROUP"


@pytest.mark.django_db
def test_thresholds_hold_from_then_on(handler, people):
    director = make_actor("contact_centre_director", unit=small_tree().head)
    for bad in (likeness.Threshold(1, 30), likeness.Threshold(2, 0)):
        with pytest.raises(Refused):
            change_threshold(actor=director, kind="TEXT", limit=bad, version=0, now=MORNING)
    change_threshold(actor=director, kind="TEXT", limit=likeness.Threshold(2, 10), version=0, now=MORNING)
    with pytest.raises(Conflict):
        change_threshold(actor=director, kind="TEXT", limit=likeness.Threshold(5, 10), version=0, now=MORNING)

    for place, person in enumerate(people[:2]):
        make_complaint(handler, person.pk, description=letter(place))

    assert ComplaintCluster.objects.get().customers == 2


@pytest.mark.django_db
def test_pages_show_the_cluster_decide_it_and_open_the_number(handler, people, cluster):
    order = make_complaint(handler, people[4].pk, complaint={"callback_phone": "13800138000"})
    browser, _actor = client_of("complaint_handler", unit=small_tree().east)
    base = f"/service/complaints/alike/{cluster.pk}/"

    listed = browser.get("/service/complaints/alike/").content.decode()
    page = browser.get(base).content.decode()
    order_page = browser.get(f"/service/orders/{order.pk}/").content.decode()
    empty = browser.post(base, {"status": "GROUP", "reason": "", "version": 1})
    done = browser.post(base, {"status": "GROUP", "reason": "同一模板", "version": 1})
    late = browser.post(base, {"status": "DISMISSED", "reason": "看错了", "version": 1})
    opened = browser.post(f"/service/orders/{order.pk}/callback/", {"reason": "回复客户"})
    unasked = browser.post(f"/service/orders/{order.pk}/callback/", {"reason": ""})

    assert base in listed
    assert all(person.name in page for person in people[:3])
    assert "13800138000" not in order_page
    assert [answer.status_code for answer in (empty, done, late, unasked)] == [422, 302, 422, 422]
    assert "看错了" in late.content.decode()
    assert opened.json() == {"value": "13800138000"}


@pytest.mark.django_db
def test_bases_are_reckoned_by_unit_and_read_in_scope(agent_actor, people):
    for person in people[:3]:
        make_policy(agent_actor, person)
    make_policy(agent_actor, people[3], product=make_product(code="CAR", kind="MOTOR"))
    today = clock.today()

    counts = [reckon(today=today, now=clock.now()), reckon(today=today, now=clock.now())]
    inside, at = bases(make_actor("shift_leader", unit=small_tree().east), quarter_of(today))
    outside, _at = bases(make_actor("shift_leader", unit=small_tree().west), quarter_of(today))
    never = bases(agent_actor, "2001-1")

    assert counts[0] == counts[1] == ComplaintBase.objects.count()
    assert (inside["policies"], inside["insured"], outside["policies"]) == (4, 3, 0)
    assert inside["premium"] > 0
    assert at is not None
    assert never == ({"premium": 0, "policies": 0, "insured": 0}, None)
    assert rules.per(33_732, 130_000 * 10_000, rules.UNITS["insured"]) == 0.26
