"""Importing books of policies: holders, vehicles, drivers, later years, any table (PLT-9, POL-9)."""

from datetime import date
from decimal import Decimal

import pytest

from keyuan.customers.events import CustomersChanged
from keyuan.customers.handlers import classify_the_new
from keyuan.customers.models import Customer, CustomerSummary, SharedCustomer
from keyuan.customers.tests.books import (
    agent,
    clerk_of,
    counts,
    csv_bytes,
    import_file,
    issues,
    mapping_of,
    unit,
)
from keyuan.platform import clock
from keyuan.platform.imports.reports import control_sums
from keyuan.policies.models import Driver, Payment, Policy, PolicyParty, Vehicle
from keyuan.policies.services.summary import recompute
from keyuan.policies.tests.books import LIFE, MOTOR, SHARED, first_lines
from keyuan.products.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def head_office():
    return unit("HQ")


def policy(key):
    return Policy.objects.get(source_keys__key=key)


def test_a_motor_book_without_names_is_taken_as_it_is():
    done = import_file(MOTOR, "motor_book", "HQ")

    assert counts(done) == (3, 3, 0, 0, 0)
    assert done.extras["customers_created"] == 2
    held = policy("T1-V02")
    assert (held.policy_no, held.currency, held.status, held.pay_mode) == ("T1-V02", "EUR", "IN_FORCE", "05")
    assert (held.premium, held.annual_premium, held.sum_insured, held.issued_on) == (None, None, None, None)
    assert (held.product.code, held.product.kind, held.product.source) == ("MB-MINI", "MOTOR", "motor_book")
    assert held.holder == policy("T1-V01").holder != policy("T2-V01").holder
    assert (held.holder.name, held.holder.sex, held.holder.birth_on) == ("", "", None)
    assert PolicyParty.objects.get(policy=held).role == "HOLDER"
    assert held.facts["vh_din"] == "170"
    assert held.facts["id_year"] == "Year 0"


def test_vehicles_and_drivers_stand_as_the_source_states_them():
    import_file(MOTOR, "motor_book", "HQ")

    car = Vehicle.objects.get(policy=policy("T1-V02"))
    drivers = Driver.objects.filter(policy=policy("T1-V02")).order_by("position")

    assert (car.make, car.model, car.engine_ml, car.power_kw, car.speed_kmh) == ("FORD", "KA", 2149, 125, 229)
    assert (car.value, car.mass_kg, car.bonus_malus_bp, car.region_code) == (3_425_000, None, 5700, "36233")
    assert list(drivers.values_list("position", "sex", "age_years", "licence_years", "name")) == [
        (1, "1", 85, 62, ""),
        (2, "2", 52, 30, ""),
    ]
    assert Driver.objects.filter(policy=policy("T2-V01")).count() == 1


def test_the_same_file_again_changes_nothing():
    import_file(MOTOR, "motor_book", "HQ")
    before = list(Policy.objects.order_by("pk").values())

    again = import_file(MOTOR, "motor_book", "HQ")

    assert counts(again) == (3, 0, 0, 3, 0)
    assert list(Policy.objects.order_by("pk").values()) == before


def test_a_newer_year_updates_the_same_policies_and_adds_none():
    import_file(MOTOR, "motor_book", "HQ")
    newer = (
        MOTOR.replace(b"Year 0", b"Year 1")
        .replace(b"0.57,Mini", b"0.54,Maxi")
        .replace(b",Yes,85,52,M,F,62,30,", b",No,86,0,M,,63,0,")
    )

    done = import_file(newer, "motor_book", "HQ", name="policies_year1.csv")

    assert counts(done) == (3, 0, 3, 0, 0)
    assert (Policy.objects.count(), Customer.objects.count(), Vehicle.objects.count()) == (3, 2, 3)
    held = policy("T1-V02")
    assert (held.product.code, held.vehicle.bonus_malus_bp, held.facts["id_year"]) == ("MB-MAXI", 5400, "Year 1")
    assert list(held.drivers.values_list("position", "age_years")) == [(1, 86)]
    assert held.version == 2


def test_a_source_without_keys_is_known_by_file_and_row():
    first = import_file(LIFE, "life_policies", "HQ", name="uslapseagent.csv")
    again = import_file(LIFE, "life_policies", "HQ", name="uslapseagent.csv.gz")

    assert (counts(first), counts(again)) == ((4, 4, 0, 0, 0), (4, 0, 0, 4, 0))
    assert Customer.objects.count() == 0
    surrendered, living = policy("uslapseagent:2"), policy("uslapseagent:3")
    assert (surrendered.status, surrendered.termination_reason) == ("TERMINATED", "03")
    assert (living.status, living.issued_on, living.currency) == ("IN_FORCE", date(1996, 2, 29), "USD")
    assert (policy("uslapseagent:4").termination_reason, policy("uslapseagent:5").termination_reason) == ("02", "")
    assert (living.terminated_on, living.holder_id, living.effective_on) == (None, None, date(1, 1, 1))
    assert living.policy_no.startswith("P")
    assert (living.facts["duration"], living.facts["DJIA"]) == ("57.02", "-0.38")


def test_a_standardised_premium_comes_back_to_dollars_and_cents():
    done = import_file(LIFE, "life_policies", "HQ", name="uslapseagent.csv")

    premiums = list(Policy.objects.order_by("pk").values_list("annual_premium", flat=True))
    (line,) = control_sums(done)

    assert premiums == [177201, 9749, 56088, -256]
    assert (str(line.read), str(line.taken), line.raw, line.currency) == ("2,427.82", "2,427.82", "0.35", "USD")


def test_summaries_of_new_holders_are_those_that_a_recompute_makes():
    fields = {
        "policy_key": {"column": "no"},
        "customer_key": {"column": "who"},
        "product_code": {"constant": "X"},
        "status": {"column": "state"},
        "annual_premium": {"column": "premium"},
        "issued_on": {"column": "issued"},
        "next_due_on": {"column": "due"},
        "next_due_amount": {"column": "premium"},
    }
    data = csv_bytes(
        ["no", "who", "state", "premium", "issued", "due"],
        ["1", "A", "有效", "100.50", "2024-02-29", "2025-04-01"],
        ["2", "A", "有效", "50", "2020-01-01", "2025-04-01"],
        ["3", "A", "终止", "70", "2019-01-01", ""],
        ["4", "B", "失效", "", "2015-01-01", ""],
        ["5", "C", "投保中", "9", "", ""],
    )
    import_file(data, mapping_of("policies", fields, options={"create_products": True}), "HQ")
    classify_the_new(CustomersChanged(tuple(CustomerSummary.objects.values_list("pk", flat=True)), "CREATE"))
    columns = [field.attname for field in CustomerSummary._meta.fields]
    before = list(CustomerSummary.objects.order_by("pk").values(*columns))

    recompute([row["customer_id"] for row in before], clock.now())

    assert list(CustomerSummary.objects.order_by("pk").values(*columns)) == before
    assert [row["policies_in_force"] for row in before] == [2, 0, 0]
    assert before[0]["annual_premium"] == 15050


def test_any_table_becomes_policies_with_constants_words_dates_and_figures():
    fields = {
        "policy_no": {"column": "Contract"},
        "product_code": {"column": "Plan", "values": {"A": "PLAN-A"}},
        "status": {"column": "State", "values": {"1": "IN_FORCE", "9": "TERMINATED"}},
        "effective_on": {"column": "Start", "date": ["%d/%m/%Y"]},
        "premium": {"column": "Premium", "scale": "7.1", "round": "half_up"},
        "pay_mode": {"constant": "02"},
        "cover_term": {"constant": "20"},
        "cover_term_unit": {"constant": "Y"},
    }
    data = csv_bytes(["Contract", "Plan", "State", "Start", "Premium"], ["C-1", "A", "1", "08/03/2025", "10.01"])

    done = import_file(data, mapping_of("policies", fields, options={"create_products": True}), "HQ")

    assert counts(done) == (1, 1, 0, 0, 0)
    held = policy("C-1")
    assert (held.policy_no, held.policy_no_tail, held.effective_on) == ("C-1", "C-1", date(2025, 3, 8))
    assert (held.premium, held.annual_premium) == (7107, 7107 * 12)
    assert (held.cover_term, held.cover_term_unit, held.holder_id) == (20, "Y", None)


FIELDS = {
    "policy_key": {"column": "key"},
    "policy_no": {"column": "no"},
    "product_code": {"column": "product"},
    "effective_on": {"column": "from"},
    "expires_on": {"column": "to"},
    "holder.name": {"column": "holder"},
    "holder.identity_number": {"column": "id"},
    "agent_no": {"column": "agent"},
}
HEAD = ["key", "no", "product", "from", "to", "holder", "id", "agent"]


def row(key, no="", **more):
    cells = {"key": key, "no": no, "product": "P1", **more}
    return [cells.get(name, "") for name in HEAD]


@pytest.mark.parametrize(
    "_case, cells, issue",
    [
        ("unknown product", {"product": "P9"}, ("product_code", "import.product_unknown")),
        ("no product", {"product": ""}, ("product_code", "import.required")),
        ("ends first", {"from": "2025-03-08", "to": "2025-03-07"}, ("expires_on", "policy.ends_before_start")),
        ("agent", {"agent": "A9"}, ("agent_no", "import.agent_unknown")),
        ("holder's number", {"id": "44052419880101001X"}, ("holder.identity_number", "resident_id.checksum")),
        ("number taken", {"no": "N1"}, ("policy_no", "import.policy_no_taken")),
    ],
)
def test_wrong_rows_are_named(_case, cells, issue):
    Product.objects.create(code="P1", name="P1", kind="LIFE")
    import_file(csv_bytes(HEAD, row("K0", "N1")), mapping_of("policies", FIELDS), "HQ")

    done = import_file(csv_bytes(HEAD, row("K1", **cells)), mapping_of("policies", FIELDS), "HQ")

    assert issues(done) == [(2, *issue)]
    assert Policy.objects.count() == 1


def test_two_new_policies_cannot_bear_one_number():
    Product.objects.create(code="P1", name="P1", kind="LIFE")

    done = import_file(csv_bytes(HEAD, row("K1", "N1"), row("K2", "N1")), mapping_of("policies", FIELDS), "HQ")

    assert issues(done) == [(3, "policy_no", "import.policy_no_taken")]


def test_holders_are_made_with_what_the_row_says_and_matched_by_identity_number():
    Product.objects.create(code="P1", name="P1", kind="LIFE")
    data = csv_bytes(
        HEAD,
        row("K1", holder="曾乐", id="11010519491231002X"),
        row("K2", holder="曾乐", id="11010519491231002X"),
        row("K3", holder="无证"),
    )

    done = import_file(data, mapping_of("policies", FIELDS), "HQ")

    assert (done.created, Customer.objects.count()) == (3, 1)
    zeng = Customer.objects.get()
    assert (zeng.name, zeng.sex, zeng.birth_on) == ("曾乐", "2", date(1949, 12, 31))
    assert (policy("K1").holder_name, policy("K3").holder_name, policy("K3").holder) == ("曾乐", "无证", None)
    assert zeng.summary.policies_total == 2


def test_a_policy_served_elsewhere_lets_that_unit_see_its_holder(head_office):
    north, south = unit("N", 2, head_office), unit("S", 2, head_office)
    lin = agent("A1", south)
    Product.objects.create(code="P1", name="P1", kind="LIFE")
    fields = {**FIELDS, "status": {"constant": "IN_FORCE"}}
    person = {"holder": "曾乐", "id": "11010519491231002X"}
    import_file(csv_bytes(HEAD, row("K1", **person)), mapping_of("policies", fields), "N")

    import_file(csv_bytes(HEAD, row("K2", agent="A1", **person)), mapping_of("policies", fields), "N")

    assert CustomerSummary.objects.get().branch_id == north.pk
    share = SharedCustomer.objects.get()
    assert (share.branch_id, share.servicing_agent_id) == (south.pk, lin.pk)
    assert policy("K2").branch_id == south.pk


def test_policies_of_another_branch_cannot_be_changed(head_office, monkeypatch):
    north, south = unit("N", 2, head_office), unit("S", 2, head_office)
    import_file(MOTOR, "motor_book", "N", actor=clerk_of(north, monkeypatch))
    newer = MOTOR.replace(b"Year 0", b"Year 1")

    done = import_file(newer, "motor_book", "S", actor=clerk_of(south, monkeypatch))

    assert counts(done) == (3, 0, 0, 0, 3)
    assert {code for _row, _field, code in issues(done)} == {"import.out_of_reach"}
    assert policy("T1-V01").facts["id_year"] == "Year 0"


def test_payments_find_their_policy_and_repeat_nothing():
    import_file(MOTOR, "motor_book", "HQ")
    fields = {
        "payment_key": {"column": "no"},
        "policy_key": {"column": "policy"},
        "paid_on": {"column": "day"},
        "amount": {"column": "sum"},
        "method": {"column": "how"},
    }
    mapping = mapping_of("payments", fields, source="motor_book", currency="EUR")
    head = ["no", "policy", "day", "sum", "how"]
    data = csv_bytes(
        head,
        ["1", "T1-V01", "2025-01-31", "120.55", "现金"],
        ["2", "T1-V01", "2025-02-28", "-20.55", ""],
        ["3", "T7-V01", "2025-02-28", "1", ""],
    )

    done, again = import_file(data, mapping, "HQ"), import_file(data, mapping, "HQ")
    changed = import_file(data.replace(b"120.55", b"121.00"), mapping, "HQ")

    assert (counts(done), issues(done)) == ((3, 2, 0, 0, 1), [(4, "policy_key", "import.policy_unknown")])
    assert counts(again) == (3, 0, 0, 2, 1)
    assert counts(changed) == (3, 0, 1, 1, 1)
    rows = Payment.objects.order_by("source_key").values_list("amount", "currency", "method", "source_key")
    assert list(rows) == [(12100, "EUR", "10", "1"), (-2055, "EUR", "", "2")]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real books are not beside this checkout")
def test_the_real_life_book_reconciles_to_the_cent():
    data = (SHARED / "life_policies" / "uslapseagent.csv.gz").read_bytes()

    done = import_file(data, "life_policies", "HQ", name="uslapseagent.csv.gz")

    assert counts(done) == (29_317, 29_317, 0, 0, 0)
    (line,) = control_sums(done)
    assert (str(line.read), line.raw, line.is_even) == ("16,440,921.88", "-4.56", True)
    # Rounding each of 29,317 premiums moves the sum by less than half a cent each.
    exact = Decimal("-4.56") * Decimal("526.58") + 29_317 * Decimal("560.88")
    assert abs(line.read.amount - exact) < Decimal("146.59")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real books are not beside this checkout")
def test_the_real_motor_book_loads_as_it_is():
    data = first_lines(SHARED / "motor_book" / "policies_year0.csv.gz", 5000)

    done = import_file(data, "motor_book", "HQ", name="policies_year0.csv")

    assert counts(done) == (5000, 5000, 0, 0, 0)
    assert counts(import_file(data, "motor_book", "HQ")) == (5000, 0, 0, 5000, 0)
    assert Customer.objects.exclude(name="").count() == 0


def test_a_status_that_changes_reaches_the_summary_of_the_holder():
    fields = {**FIELDS, "customer_key": {"column": "holder"}, "status": {"column": "agent"}}
    fields = {key: rule for key, rule in fields.items() if key not in ("agent_no", "holder.name")}
    Product.objects.create(code="P1", name="P1", kind="LIFE")
    import_file(csv_bytes(HEAD, row("K1", holder="A", agent="有效")), mapping_of("policies", fields), "HQ")

    import_file(csv_bytes(HEAD, row("K1", holder="A", agent="失效")), mapping_of("policies", fields), "HQ")
    ended = CustomerSummary.objects.get()
    import_file(csv_bytes(HEAD, row("K1", holder="B", agent="失效")), mapping_of("policies", fields), "HQ")

    assert (ended.policies_in_force, ended.state) == (0, "SUSPENDED")
    totals = CustomerSummary.objects.order_by("customer_id").values_list("policies_total", "state")
    assert list(totals) == [(0, "PROSPECT"), (1, "SUSPENDED")]
    parties = PolicyParty.objects.filter(role="HOLDER").order_by("pk").values_list("valid_until", flat=True)
    assert [until is None for until in parties] == [False, True]
