"""Finding customers by anything one knows of them, in scope, ranked (CUS-4)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import Grant
from keyuan.customers.selectors import interaction_sources
from keyuan.customers.selectors.search import search_customers
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.testing import make_actor

pytestmark = pytest.mark.django_db

#: name, phone, identity number, region
BOOK = [
    ("张三", "18612341402", "11010519491231002X", "110105"),
    ("张三丰", "13912340000", "", "310115"),
    ("李张三", "", "", ""),
    ("章三", "", "", ""),
    ("曾乐", "13800007736", "", "310115"),
    ("單國強", "", "", ""),
    ("欧阳慧敏", "13855075507", "", ""),
    ("周国栋", "18600001402", "", "310115"),
    ("买买提·吐尔逊", "", "", ""),
    ("Zhang Wei", "", "", ""),
]


@pytest.fixture
def agent():
    actor = make_actor("agent")
    for name, phone, number, region in BOOK:
        make_customer(actor, name, phone=phone, identity_number=number, region_code=region)
    return actor


def names(actor, typed):
    return [hit.summary.name for hit in search_customers(actor, typed, now=NOW)]


@pytest.mark.parametrize(
    "_case, typed, expected",
    [
        ("one character", "栋", ["周国栋"]),
        ("whole name first, then longer, then inside", "张三", ["张三", "张三丰", "李张三"]),
        ("inner substring", "国栋", ["周国栋"]),
        ("traditional for simplified", "周國棟", ["周国栋"]),
        ("simplified for traditional", "单国强", ["單國強"]),
        ("pinyin", "zhouguodong", ["周国栋"]),
        ("initials", "zgd", ["周国栋"]),
        ("the surname's own reading", "zengle", ["曾乐"]),
        ("and its other reading", "cengle", ["曾乐"]),
        ("shan, not dan", "shanguoqiang", ["單國強"]),
        ("compound surname", "ouyanghuimin", ["欧阳慧敏"]),
        ("whole surname, then initials", "zhougd", ["周国栋"]),
        ("compound surname, then initials", "ouyanghm", ["欧阳慧敏"]),
        ("initial, then whole syllables", "zguodong", ["周国栋"]),
        ("mixed, letters first", "zhou国栋", ["周国栋"]),
        ("mixed, initial first", "z国栋", ["周国栋"]),
        ("mixed, characters first", "周guo栋", ["周国栋"]),
        ("mixed over a compound surname", "ouyang慧", ["欧阳慧敏"]),
        ("a homophone", "周国东", ["周国栋"]),
        ("a wrong character", "周大栋", ["周国栋"]),
        ("a letter missing", "zhouguodng", ["周国栋"]),
        ("two letters exchanged", "zhuoguodong", ["周国栋"]),
        ("name with a dot", "买买提·吐尔逊", ["买买提·吐尔逊"]),
        ("name without its dot", "买买提吐尔逊", ["买买提·吐尔逊"]),
        ("Latin name", "zhang wei", ["Zhang Wei"]),
        ("whole phone", "18612341402", ["张三"]),
        ("phone with dashes", "186-1234-1402", ["张三"]),
        ("full-width digits", "１８６１２３４１４０２", ["张三"]),
        ("identity number", "11010519491231002x", ["张三"]),
        ("identity tail", "002X", ["张三"]),
        ("name and phone tail", "周 1402", ["周国栋"]),
        ("name and place", "三 浦东", ["张三丰"]),
        ("name and province", "三 上海", ["张三丰"]),
        ("nothing", "王五", []),
        ("blank", "   ", []),
        ("contradiction", "张三 7736", []),
    ],
)
def test_every_form_finds_its_customer(agent, _case, typed, expected):
    assert names(agent, typed) == expected


def test_a_phone_tail_finds_everyone_who_has_it(agent):
    assert sorted(names(agent, "1402")) == ["周国栋", "张三"]


def test_what_fits_as_typed_hides_what_fits_with_an_error(agent):
    assert names(agent, "章三") == ["章三"]


def test_a_hit_says_why_it_fits(agent):
    hits = {hit.summary.name: hit.why for hit in search_customers(agent, "张三", now=NOW)}

    assert hits == {"张三": "exact", "张三丰": "prefix", "李张三": "substring"}


def test_customer_number_finds_its_customer(agent):
    customer = make_customer(agent, "吴建平")

    assert names(agent, customer.customer_no) == ["吴建平"]


@pytest.mark.parametrize("typed", ["张三", "zhangsan", "zs", "zhang三", "18612341402", "1402", "章三", "zhangsn"])
def test_another_agents_customers_are_never_found(agent, typed):
    stranger = make_actor("agent")

    assert names(stranger, typed) == []


def test_a_branch_finds_what_its_agents_serve_and_no_other(agent, tree):
    manager = make_actor("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)
    elsewhere = make_actor("customer_resource_manager", unit=tree.west, reach=Reach.UNIT)

    assert names(manager, "周国栋") == ["周国栋"]
    assert names(elsewhere, "周国栋") == []


def test_common_conditions_are_read_from_the_small_scope(agent, monkeypatch):
    monkeypatch.setattr("keyuan.customers.selectors.search.candidates.COMMON", 1)

    assert names(agent, "三")[0] in {"张三", "章三"}
    assert len(names(agent, "三")) == 4


def test_common_conditions_are_walked_in_a_large_scope(agent, tree, monkeypatch):
    monkeypatch.setattr("keyuan.customers.selectors.search.candidates.COMMON", 1)
    manager = make_actor("customer_resource_manager", unit=tree.east, reach=Reach.UNIT)

    assert len(names(manager, "三")) == 4


def test_customers_lent_to_a_post_are_found_with_their_contracts_and_contacts(agent):
    customer = make_customer(agent, "贺兰山")
    borrower = make_actor("agent")
    Grant.objects.create(
        customer=customer, post_id=borrower.post_id, purpose="POOL", until=NOW + timedelta(days=1), created_at=NOW
    )

    later = NOW + timedelta(days=2)
    assert names(borrower, "贺兰山") == ["贺兰山"]
    assert search_customers(borrower, "贺兰山", now=later) == []
    assert [rows.count() for rows in interaction_sources(borrower, now=NOW)] == [0, 0]
