"""Sale of products: four eyes, versions, parts, papers with dates, who may sell what where (PRD-1, domain.md §D.3)."""

from datetime import date
from itertools import product as pairs

import pytest

from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.products.models import Product, ProductClause, ProductVersion, SaleRequest
from keyuan.products.rules import sale as rules
from keyuan.products.services.catalogue import save_product
from keyuan.products.services.parts import remove_part, save_part
from keyuan.products.services.sale import ask_change, ask_sale, decide_sale, stop_sale, withdraw_request

LEGAL = {(kind, source) for kind, source, _target in rules.SALE_STEPS}
TERMS = rules.SaleTerms("ON_SALE", date(2026, 1, 1), date(2026, 12, 31), ("INDIVIDUAL",), ("330000",), 2)
SELLER = rules.Seller("INDIVIDUAL", "330100", 2, licensed=True)
DAY = date(2026, 3, 16)


@pytest.mark.parametrize("act, status", pairs((rules.PUT_ON_SALE, rules.CHANGE, rules.STOP), Product.SaleStatus.values))
def test_only_the_pairs_of_the_table_are_steps(act, status):
    if (act, status) in LEGAL:
        assert rules.step_to(act, status) in Product.SaleStatus.values
        return
    with pytest.raises(Refused) as refused:
        rules.step_to(act, status)
    assert refused.value.code == "product.no_such_step"


@pytest.mark.parametrize("_case, terms, seller, day, codes", [
    ("sound", {}, {}, DAY, []),
    ("region below the one named", {}, {"region": "510000"}, DAY, ["sale.region"]),
    ("before the sale", {}, {}, date(2025, 12, 31), ["sale.not_on_sale"]),
    ("last day", {}, {}, date(2026, 12, 31), []),
    ("after the sale", {}, {}, date(2027, 1, 1), ["sale.not_on_sale"]),
    ("stopped", {"status": "STOPPED"}, {}, DAY, ["sale.not_on_sale"]),
    ("channel", {}, {"channel": "ONLINE"}, DAY, ["sale.channel"]),
    ("grade", {}, {"rank": 1}, DAY, ["sale.rank"]),
    ("licence", {}, {"licensed": False}, DAY, ["sale.licence"]),
    ("nobody", {}, {"rank": None}, DAY, ["sale.no_seller"]),
])  # fmt: skip
def test_who_may_sell_what_where_and_when(_case, terms, seller, day, codes):
    from dataclasses import replace

    found = rules.sale_refusals(replace(TERMS, **terms), replace(SELLER, **seller), day)

    assert [refusal.code for refusal in found] == codes


@pytest.fixture
def editor():
    return make_actor("intermediary_manager", unit=small_tree().head, reach=Reach.ALL)


@pytest.fixture
def approver():
    return make_actor("management", unit=small_tree().head, reach=Reach.ALL)


@pytest.fixture
def draft(editor):
    fields = {"code": "SL1", "name": "安顺定期", "kind": "LIFE", "issue_age_min": 18, "issue_age_max": 55}
    return save_product(actor=editor, fields=fields | {"sales_channels": ["INDIVIDUAL"]}, now=clock.now())


def complete(editor, product):
    now = clock.now()
    benefit = {"code": "DEATH", "name": "身故保险金", "amount_bp": 10_000}
    save_part(actor=editor, product_id=product.pk, kind="benefit", fields=benefit, now=now)
    paper = {"kind": "CLAUSE", "version_label": "V1", "valid_from": date(2026, 1, 1)}
    save_part(actor=editor, product_id=product.pk, kind="clause", fields=paper, now=now)


def sold(editor, approver, product):
    complete(editor, product)
    now = clock.now()
    asked = ask_sale(actor=editor, product_id=product.pk, version=1, reason="新品", now=now)
    decide_sale(actor=approver, request_id=asked.pk, approve=True, note="", now=now)
    product.refresh_from_db()
    return product


@pytest.mark.django_db
def test_an_unfinished_product_is_not_asked_for(editor, draft):
    with pytest.raises(Invalid) as refused:
        ask_sale(actor=editor, product_id=draft.pk, version=1, reason="新品", now=clock.now())

    assert {error.code for error in refused.value.errors} == {"product.gap_benefits", "product.gap_documents"}


@pytest.mark.django_db
def test_it_goes_on_sale_by_another_person_and_keeps_its_versions(editor, approver, draft):
    product = sold(editor, approver, draft)

    assert (product.sale_status, product.version) == ("ON_SALE", 2)
    versions = ProductVersion.objects.filter(product=product).order_by("number")
    assert [version.facts["sale_status"] for version in versions] == ["DRAFT", "ON_SALE"]
    with pytest.raises(Refused) as direct:
        save_product(actor=editor, fields={"name": "别名"}, product_id=product.pk, version=2, now=clock.now())
    assert direct.value.code == "product.is_on_sale"


@pytest.mark.django_db
def test_what_is_on_sale_changes_by_request_and_nobody_decides_their_own(approver, editor, draft):
    product = sold(editor, approver, draft)
    now = clock.now()
    fields = {"name": "安顺定期（2026）", "sale_until": date(2026, 12, 31), "kind": "LIFE"}

    asked = ask_change(actor=approver, product_id=product.pk, version=2, fields=fields, reason="更名", now=now)
    with pytest.raises(Refused) as own:
        decide_sale(actor=approver, request_id=asked.pk, approve=True, note="", now=now)
    with pytest.raises(Refused) as second:
        ask_change(actor=editor, product_id=product.pk, version=2, fields={"name": "丙"}, reason="再改", now=now)
    other = make_actor("compliance", unit=small_tree().head, reach=Reach.ALL)
    decide_sale(actor=other, request_id=asked.pk, approve=True, note="", now=now)
    product.refresh_from_db()

    assert (own.value.code, second.value.code) == ("product.own_request", "product.asked_already")
    assert asked.fields == {"name": "安顺定期（2026）", "sale_until": "2026-12-31"}
    assert (product.name, product.sale_until, product.version) == ("安顺定期（2026）", date(2026, 12, 31), 3)


@pytest.mark.django_db
def test_a_request_is_decided_once_and_a_refusal_says_why(editor, approver, draft):
    complete(editor, draft)
    now = clock.now()
    asked = ask_sale(actor=editor, product_id=draft.pk, version=1, reason="新品", now=now)

    with pytest.raises(Refused) as silent:
        decide_sale(actor=approver, request_id=asked.pk, approve=False, note=" ", now=now)
    decide_sale(actor=approver, request_id=asked.pk, approve=False, note="费率未报备", now=now)
    with pytest.raises(Conflict):
        decide_sale(actor=approver, request_id=asked.pk, approve=True, note="", now=now)
    with pytest.raises(Conflict):
        withdraw_request(actor=editor, request_id=asked.pk, now=now)

    draft.refresh_from_db()
    assert (silent.value.code, draft.sale_status) == ("product.note_missing", "DRAFT")
    assert SaleRequest.objects.get().note == "费率未报备"


@pytest.mark.django_db
def test_what_applicants_rely_on_stays_while_sold_and_papers_take_turns(editor, approver, draft):
    product = sold(editor, approver, draft)
    now = clock.now()
    question = {"code": "Q1", "text": "是否吸烟", "kind": "YES_NO"}

    with pytest.raises(Refused) as refused:
        save_part(actor=editor, product_id=product.pk, kind="question", fields=question, now=now)
    paper = {"kind": "CLAUSE", "version_label": "V2", "valid_from": date(2026, 7, 1)}
    save_part(actor=editor, product_id=product.pk, kind="clause", fields=paper, now=now)
    stop_sale(actor=editor, product_id=product.pk, version=2, reason="换代", now=now)
    saved = save_part(actor=editor, product_id=product.pk, kind="question", fields=question, now=now)
    remove_part(actor=editor, product_id=product.pk, kind="question", part_id=saved.pk, now=now)

    assert refused.value.code == "product.part_on_sale"
    assert ProductClause.objects.get(version_label="V1").valid_until == date(2026, 6, 30)
    assert product.questions.count() == 0


@pytest.mark.django_db
def test_pages_of_a_product_in_every_part(editor, approver, draft):
    product = sold(editor, approver, draft)
    browser = client_of("management", unit=small_tree().head, reach=Reach.ALL)[0]

    for tab in ("overview", "papers", "rates", "questions", "history"):
        assert browser.get(f"/products/{product.pk}/?tab={tab}").status_code == 200
    form = browser.get(f"/products/{product.pk}/edit/").content.decode()
    assert 'name="reason"' in form
    assert browser.get("/products/requests/").status_code == 200
    assert browser.get("/products/packages/").status_code == 200
    stopped = browser.post(f"/products/{product.pk}/sale/stop/", {"version": 2, "reason": "换代"})
    assert (stopped.status_code, Product.objects.get(pk=product.pk).sale_status) == (302, "STOPPED")
