"""The catalogue: entering, changing, contradictions, list and pages (PRD-1)."""

from datetime import date

import pytest

from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent
from keyuan.products.models import Product
from keyuan.products.services.catalogue import save_product

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
FIELDS = {"code": "kn1", "name": "康宁终身重疾", "kind": "CRITICAL_ILLNESS"}
VALUES = {"code": "KN1", "kind": ("LIFE",), "sale": ("STOPPED",), "rider": True}


@pytest.fixture
def manager():
    """A manager who keeps the catalogue."""
    return make_actor("intermediary_manager", unit=small_tree().head, reach=Reach.ALL)


@pytest.fixture
def browser():
    return client_of("intermediary_manager", unit=small_tree().head, reach=Reach.ALL)[0]


def save(actor, now, **more):
    return save_product(actor=actor, fields=FIELDS | more, now=now)


@pytest.fixture
def now():
    from keyuan.platform import clock

    return clock.now()


def test_entered_product_has_its_code_in_capitals_and_a_trail(manager, now):
    product = save(manager, now, sale_from=date(2026, 1, 1), pay_modes=["05"])

    assert (product.code, product.version, product.sale_status) == ("KN1", 1, "DRAFT")
    event = AuditEvent.objects.get(subject_kind="product", subject_id=product.pk)
    assert (event.action, event.actor_id) == ("create", manager.id)


def test_changed_product_has_the_next_version(manager, now):
    product = save(manager, now)

    changed = save_product(
        actor=manager, fields={"name": "康宁二号"}, product_id=product.pk, version=product.version, now=now
    )

    assert (changed.name, changed.code, changed.version) == ("康宁二号", "KN1", 2)


@pytest.mark.parametrize("_case, fields, code, field", [
    ("ages crossed", {"issue_age_min": 60, "issue_age_max": 18}, "product.ages_crossed", "issue_age_max"),
    ("ends before it begins", {"sale_from": TODAY, "sale_until": date(2026, 3, 15)}, "product.sale_ends_before_start",
     "sale_until"),
    ("no name", {"name": "  "}, "product.no_name", "name"),
])  # fmt: skip
def test_contradictions_are_refused_and_nothing_is_kept(_case, fields, code, field, manager, now):
    with pytest.raises(Invalid) as refusal:
        save(manager, now, **fields)

    assert [(error.code, error.field) for error in refusal.value.errors] == [(code, field)]
    assert Product.objects.count() == 0


@pytest.mark.parametrize("code, refusal", [(" KN1 ", "product.code_taken"), ("  ", "product.no_code")])
def test_code_is_given_and_given_once(code, refusal, manager, now):
    save(manager, now)

    with pytest.raises(Refused) as refused:
        save(manager, now, code=code)

    assert (refused.value.code, refused.value.field) == (refusal, "code")
    assert Product.objects.count() == 1


def test_two_who_enter_one_code_at_once_make_one(manager, now, monkeypatch):
    product = save(manager, now)
    monkeypatch.setattr("keyuan.products.services.catalogue._new", lambda _fields: Product(code=product.code))

    with pytest.raises(Refused) as refused:
        save(manager, now)

    assert refused.value.code == "product.code_taken"


def test_second_editor_meets_a_conflict(manager, now):
    product = save(manager, now)
    save_product(actor=manager, fields={"name": "甲"}, product_id=product.pk, version=1, now=now)

    with pytest.raises(Conflict) as conflict:
        save_product(actor=manager, fields={"name": "乙"}, product_id=product.pk, version=1, now=now)

    assert conflict.value.params["version"] == 2
    assert Product.objects.get().name == "甲"


def test_product_that_is_gone_is_not_found(manager, now):
    with pytest.raises(NotFound):
        save_product(actor=manager, fields={"name": "乙"}, product_id=10**9, version=1, now=now)


def test_agents_change_no_product(now):
    with pytest.raises(Forbidden):
        save(make_actor("agent"), now)


def form(**more):
    return FIELDS | {
        "waiting_days": "90", "cooling_off_days": "15", "grace_days": "60", "renewal_window_days": "40",
        "sale_status": "ON_SALE", "complexity": "1", "seller_rank": "1", "version": "0",
    } | more  # fmt: skip


def test_product_is_entered_and_changed_by_its_form(browser):
    made = browser.post("/products/new/", form())
    product = Product.objects.get()
    changed = browser.post(f"/products/{product.pk}/edit/", form(name="康宁二号", version="1"))
    outdated = browser.post(f"/products/{product.pk}/edit/", form(name="康宁三号", version="1"))

    assert (made.status_code, changed.status_code, outdated.status_code) == (302, 302, 422)
    assert Product.objects.get().name == "康宁二号"


def test_wrong_form_comes_back_with_what_was_typed(browser):
    response = browser.post("/products/new/", form(issue_age_min="60", issue_age_max="18"))

    assert response.status_code == 422
    assert 'value="康宁终身重疾"' in response.content.decode()


def test_page_and_panel_show_the_product(browser, manager, now):
    product = save(manager, now)

    for address in ("", "?panel=1"):
        assert "康宁终身重疾" in browser.get(f"/products/{product.pk}/{address}").content.decode()
    assert browser.get("/products/999999999/").status_code == 404


def test_list_shows_the_catalogue_to_agents_without_its_button(browser, manager, now):
    save(manager, now)

    text = client_of("agent")[0].get("/products/").content.decode()

    assert "康宁终身重疾" in text
    assert "/products/new/" not in text
    assert "/products/new/" in browser.get("/products/").content.decode()


@pytest.mark.sqlite_only
def test_every_order_and_filter_has_its_index(manager):
    small = ("product_kind", "product_name", "product_sale", "product_rider")

    assert_list_uses_indexes(lists["products"], manager, FilterContext(manager, TODAY), VALUES, small=small)
