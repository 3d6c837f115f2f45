"""The demo book as the command makes it (CUS-1, CUS-2, CUS-4, CUS-8, CUS-9, CUS-13, POL-1, POL-2, POL-3, PRD-1)."""

import csv

import pytest

from keyuan.claims.selectors import labels as claims
from keyuan.customers.extensions import task_kinds
from keyuan.customers.selectors import labels as archive
from keyuan.kernel.codes import PolicyStatus, ProductKind, SalesChannel
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.policies.selectors import labels as contracts
from keyuan.setup.tests.conftest import AS_OF, CUSTOMERS


def test_the_book_holds_as_many_customers_as_were_asked_for(demo_book):
    assert demo_book.value("SELECT count(*) FROM customers_customer") == CUSTOMERS
    assert demo_book.value("SELECT count(*) FROM customers_customersummary") == CUSTOMERS


@pytest.mark.parametrize(
    "table, least, most",
    [
        ("policies_policy", 2.5, 3.3),
        ("policies_payment", 7.0, 10.5),
        ("customers_interaction", 3.6, 5.0),
        ("policies_policyparty", 6.0, 9.0),
        ("claims_claim", 0.05, 0.25),
        ("organisation_agent", 0.11, 0.15),
    ],
)
def test_the_tables_keep_their_proportions(demo_book, table, least, most):
    share = demo_book.value(f"SELECT count(*) FROM {table}") / CUSTOMERS  # noqa: S608 - names of this test

    assert least <= share <= most


def test_products_of_every_kind_are_in_the_catalogue(demo_book):
    kinds = {kind for (kind,) in demo_book.rows("SELECT DISTINCT kind FROM products_product")}

    assert kinds == {kind.value for kind in ProductKind}


def test_customers_came_through_all_six_channels(demo_book):
    found = {channel for (channel,) in demo_book.rows("SELECT DISTINCT sales_channel FROM customers_customersummary")}

    assert found == {channel.value for channel in SalesChannel}


def test_policies_stand_in_every_status_but_the_rarest(demo_book):
    found = {status for (status,) in demo_book.rows("SELECT DISTINCT status FROM policies_policy")}

    assert found >= {status.value for status in PolicyStatus} - {PolicyStatus.OTHER.value}


def test_activity_follows_the_proportions_of_the_book(demo_book):
    rows = dict(demo_book.rows("SELECT activity, count(*) FROM customers_customersummary GROUP BY activity"))
    whole = sum(count for activity, count in rows.items() if activity)

    assert 0.40 < rows["ACTIVE"] / whole < 0.62
    assert 0.12 < rows["DORMANT"] / whole < 0.30


def test_every_key_points_to_a_row(demo_book):
    if demo_book.database:
        broken = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        assert demo_book.value(broken) == 0
        assert demo_book.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f'") > 40
    else:
        assert demo_book.rows("PRAGMA foreign_key_check") == []


def test_indexes_that_were_set_aside_are_back(demo_book):
    expected = demo_book.ask(
        "from django.apps import apps\n"
        "from keyuan.setup.demo.schema import TABLES\n"
        "answer = [index.name for label in TABLES for index in apps.get_model(label)._meta.indexes]"
    )
    listing = "pg_indexes" if demo_book.database else "sqlite_master"
    column = "indexname" if demo_book.database else "name"
    there = {name for (name,) in demo_book.rows(f"SELECT {column} FROM {listing}")}  # noqa: S608 - names of this test

    assert len(expected) > 60
    assert set(expected) <= there


def test_shares_of_beneficiaries_sum_to_the_whole_in_every_order(demo_book):
    wrong = demo_book.rows(
        'SELECT policy_id, "order", sum(share_bp) FROM policies_policyparty '
        "WHERE role = 'BENEFICIARY' GROUP BY policy_id, \"order\" HAVING sum(share_bp) <> 10000"
    )

    assert wrong == []


def test_coverages_add_up_to_the_premium(demo_book):
    wrong = demo_book.rows(
        "SELECT p.id FROM policies_policy p JOIN policies_coverage c ON c.policy_id = p.id "
        "GROUP BY p.id, p.premium HAVING sum(c.premium) <> p.premium"
    )

    assert wrong == []


def test_what_was_paid_is_what_the_schedule_shows(demo_book):
    scheduled = demo_book.value("SELECT sum(paid_amount) FROM policies_instalment")
    # What was written off stands in the schedule too, and what of that was taken back no longer does.
    settled = demo_book.value("SELECT sum(amount) FROM policies_payment WHERE amount > 0 OR result = 'WRITTEN_OFF'")

    assert scheduled == settled


def test_arrears_are_open_instalments_of_the_past(demo_book):
    grace = demo_book.value("SELECT count(*) FROM policies_policy WHERE in_grace = (1 = 1)")
    owed = demo_book.value(
        "SELECT count(DISTINCT p.id) FROM policies_policy p JOIN policies_instalment i ON i.policy_id = p.id "
        "WHERE p.in_grace = (1 = 1) AND i.status IN ('DUE', 'PART') AND i.due_on < '2026-11-24'"
    )

    assert grace == owed > 0


def test_nothing_happened_after_the_present_day(demo_book):
    for table, column in (
        ("policies_payment", "paid_on"),
        ("policies_policyevent", "happened_on"),
        ("policies_policy", "issued_on"),
        ("policies_policy", "terminated_on"),
        ("claims_claim", "occurred_on"),
        ("customers_customersummary", "last_contact_on"),
        ("customers_assignment", "valid_from"),
    ):
        query = f"SELECT max({column}) FROM {table} WHERE {column} < '9999-12-31'"  # noqa: S608 - names of this test
        assert str(demo_book.value(query)) <= "2026-11-24", (table, column)


def test_every_relation_has_its_inverse(demo_book):
    alone = demo_book.value(
        "SELECT count(*) FROM customers_relation r WHERE NOT EXISTS ("
        "SELECT 1 FROM customers_relation i WHERE i.customer_id = r.other_id AND i.other_id = r.customer_id)"
    )

    assert alone == 0


def test_an_orphan_has_policies_and_nobody_who_serves_them(demo_book):
    orphans = demo_book.value(
        "SELECT count(*) FROM customers_customersummary WHERE is_orphan = (1 = 1) AND policies_in_force > 0"
    )
    served = demo_book.value(
        "SELECT count(*) FROM policies_policy p JOIN policies_policyservice s ON s.policy_id = p.id "
        "WHERE p.servicing_agent_id IS NULL AND s.duty = 'SERVICING' AND s.valid_until IS NULL"
    )

    assert 0.02 < orphans / CUSTOMERS < 0.15
    assert served == 0


def test_summaries_are_what_the_services_would_make(demo_book):
    different = demo_book.ask(
        "from datetime import datetime\n"
        "from django.db import transaction\n"
        "from keyuan.customers.models import CustomerSummary\n"
        "from keyuan.customers.services.summary import refresh\n"
        "from keyuan.platform import clock\n"
        "ids = [*range(1, 400), *range(2040, 2101)]\n"
        "before = {row['customer_id']: row for row in CustomerSummary.objects.filter(pk__in=ids).values()}\n"
        "with transaction.atomic():\n"
        "    refresh(ids, clock.now())\n"
        "    after = {row['customer_id']: row for row in CustomerSummary.objects.filter(pk__in=ids).values()}\n"
        "    transaction.set_rollback(True)\n"
        "answer = sorted({name for pk in ids for name in before[pk] if before[pk][name] != after[pk][name]})\n"
    )

    assert different == []


def test_search_rows_and_blind_indexes_are_what_the_services_would_make(demo_book):
    different = demo_book.ask(
        "from keyuan.customers.models import ContactPoint, Customer, IdentityDocument, NameGram, NameKey\n"
        "from keyuan.customers.services.child_rows import contact_columns\n"
        "from keyuan.customers.services.name_index import gram_rows, key_rows\n"
        "from keyuan.platform.crypto import blind_index, tail_index\n"
        "from keyuan.platform.crypto.cipher import decrypt\n"
        "answer = []\n"
        "for customer in Customer.objects.filter(pk__lte=300):\n"
        "    grams = set(NameGram.objects.filter(customer=customer).values_list('gram', 'customer_id'))\n"
        "    keys = set(NameKey.objects.filter(customer=customer).values_list('kind', 'key', 'customer_id'))\n"
        "    name = customer.pk, customer.name\n"
        "    answer += [] if grams == set(gram_rows(*name)) and keys == set(key_rows(*name)) else [name[0]]\n"
        "for point in ContactPoint.objects.filter(customer_id__lte=300):\n"
        "    sealed = point.phone or point.email or point.address or point.social_account\n"
        "    plain = decrypt(sealed.field_key, sealed.blob)\n"
        "    made = contact_columns(point.kind, plain)\n"
        "    same = made['value_index'] == point.value_index and made['tail_index'] == point.tail_index\n"
        "    answer += [] if same and made[sealed.field_key] == plain else [point.kind]\n"
        "for document in IdentityDocument.objects.filter(customer_id__lte=300):\n"
        "    plain = decrypt('identity_number', document.identity_number.blob)\n"
        "    same = document.number_index == blind_index('identity_number', plain)\n"
        "    answer += [] if same and document.tail_index == tail_index('identity_number', plain) else [document.pk]\n"
    )

    assert different == []


def test_identity_numbers_agree_with_birth_and_sex(demo_book):
    wrong = demo_book.ask(
        "from keyuan.customers.models import IdentityDocument\n"
        "from keyuan.kernel.codes import Sex\n"
        "from keyuan.kernel.identifiers.resident_id import parse_resident_id\n"
        "from keyuan.platform.crypto.cipher import decrypt\n"
        "answer = []\n"
        "papers = IdentityDocument.objects.filter(document_type='111', customer_id__lte=1900)\n"
        "for paper in papers.select_related('customer'):\n"
        "    person = paper.customer\n"
        "    number = decrypt('identity_number', paper.identity_number.blob)\n"
        "    parse_resident_id(number, sex=Sex(person.sex), birth_on=person.birth_on)\n"
        "answer = len(papers)\n"
    )

    assert wrong > 1000


def test_each_story_is_among_the_demo_persons_customers(demo_book):
    mine = {
        (name, state)
        for name, state in demo_book.rows(
            "SELECT s.name, s.state FROM customers_customersummary s "
            "JOIN organisation_agent a ON a.id = s.servicing_agent_id WHERE a.agent_no = '10482'"
        )
    }

    assert mine >= {
        ("周国栋", "GRACE"),
        ("陈思远", "COOLING_OFF"),
        ("何美玲", "NORMAL"),
        ("沈佩华", "SUSPENDED"),
        ("上海浦江精工机电集团有限公司", "NORMAL"),
    }


def test_the_family_of_the_first_story_is_whole(demo_book):
    tier, premium, policies, due, grace = demo_book.rows(
        "SELECT tier, annual_premium, policies_in_force, next_due_amount, grace_until "
        "FROM customers_customersummary WHERE customer_id = 1"
    )[0]
    members = demo_book.rows(
        "SELECT c.name FROM customers_householdmember m JOIN customers_customer c ON c.id = m.customer_id "
        "JOIN customers_householdmember me ON me.household_id = m.household_id WHERE me.customer_id = 1 ORDER BY c.id"
    )

    assert (tier, premium, policies, due, str(grace)) == ("PLATINUM", 5_238_000, 5, 1_286_000, "2026-11-24")
    assert members == [("周国栋",), ("李静",), ("周雨桐",), ("周德明",)]


def test_the_demo_person_has_every_kind_of_task(demo_book):
    kinds = {
        kind
        for (kind,) in demo_book.rows(
            "SELECT DISTINCT t.kind FROM customers_task t JOIN organisation_agent a ON a.id = t.agent_id "
            "WHERE a.agent_no = '10482' AND t.status = 'OPEN'"
        )
    }

    assert kinds >= {"GRACE", "RENEWAL", "CALLBACK", "MATURITY", "BIRTHDAY", "ORPHAN", "CLAIM_DOC", "COMPLAINT"}


def test_orphans_to_receive_are_lent_to_the_demo_persons_post(demo_book):
    lent = demo_book.rows(
        "SELECT c.name FROM customers_grant g JOIN customers_customer c ON c.id = g.customer_id "
        "JOIN organisation_post p ON p.id = g.post_id JOIN organisation_user u ON u.id = p.user_id "
        "WHERE u.staff_no = '10482' ORDER BY c.id"
    )

    assert lent == [("孙桂兰",), ("郑海燕",), ("钱永福",)]


def test_there_is_a_sign_in_for_every_role(demo_book):
    rows = demo_book.rows(
        "SELECT r.code, u.staff_no FROM organisation_post p JOIN organisation_role r ON r.id = p.role_id "
        "JOIN organisation_user u ON u.id = p.user_id"
    )

    assert {code for code, _ in rows} == set(DEFAULT_ROLES)
    assert sum(staff_no == "10017" for _, staff_no in rows) == 2


def test_the_branch_has_conversations_to_judge(demo_book):
    rows = demo_book.rows(
        "SELECT DISTINCT c.owner_name FROM service_chat c JOIN organisation_post p ON p.unit_id = c.branch_id "
        "JOIN organisation_user u ON u.id = p.user_id WHERE u.staff_no = '10012' AND c.owner_name <> ''"
    )

    assert {name for (name,) in rows} == {"沈佳怡", "杜晓峰"}


def test_the_password_is_kept_where_only_the_owner_reads_it(demo_book):
    path = demo_book.var / "sign-ins.txt"
    password = path.read_text(encoding="utf-8").splitlines()[-1]

    signed_in = demo_book.ask(
        "from django.contrib.auth.hashers import check_password\n"
        "from keyuan.organisation.models import User\n"
        "user = User.objects.get(staff_no='10482')\n"
        f"answer = [check_password({password!r}, user.password), user.must_change_password]\n"
    )

    assert path.stat().st_mode & 0o777 == 0o600
    assert signed_in == [True, False]


def test_the_truth_file_names_persons_entered_twice(demo_book):
    with (demo_book.var / "demo" / "duplicates.csv").open(encoding="utf-8") as file:
        pairs = list(csv.reader(file))
    numbers = dict(demo_book.rows("SELECT customer_no, name FROM customers_customer"))

    assert len(pairs) == round(CUSTOMERS * 0.02)
    assert all(numbers[one][0] == numbers[other][0] for one, other in pairs)


def test_the_next_customer_gets_a_number_of_its_own(demo_book):
    taken = demo_book.ask(
        "from django.db import transaction\n"
        "from keyuan.customers.models import Customer\n"
        "from keyuan.platform.numbers import allocate\n"
        "with transaction.atomic():\n"
        "    number = allocate('customer')[0]\n"
        "    transaction.set_rollback(True)\n"
        "answer = Customer.objects.filter(customer_no=number).exists()\n"
    )

    assert taken is False


def test_a_second_book_is_refused_and_a_declined_replacement_changes_nothing(demo_book):
    refused = demo_book.command("demo", "--customers", "200")
    declined = demo_book.command("demo", "--customers", "200", "--replace")

    assert (refused.returncode, declined.returncode) == (1, 1)
    assert demo_book.value("SELECT count(*) FROM customers_customer") == CUSTOMERS


def test_the_chosen_day_stays_the_present(demo_book):
    assert (demo_book.var / "as-of").read_text(encoding="utf-8") == "2026-11-24"


def test_the_clocks_of_every_contract_are_wound_as_the_rules_say(demo_book):
    found = demo_book.ask("""
from datetime import date, timedelta
from keyuan.policies.models import ClockRun, Policy
from keyuan.policies.rules.clocks import next_clock_on
from keyuan.policies.selectors.clock_facts import facts_of
run = ClockRun.objects.get()
since = run.on + timedelta(days=1)
rows = Policy.objects.select_related("product")
wrong = [row.pk for row in rows if row.next_clock_on != next_clock_on(facts_of(row, since=since))]
answer = [wrong[:5], run.on.isoformat(), run.finished_at is not None, sorted(run.counts)]
""")

    assert found[:3] == [[], AS_OF, True]
    assert set(found[3]) <= {"WAITING_OVER", "RECEIPT_CHASE", "REINSTATE_OVER"}


def words_of(*tables):
    return {str(code) for table in tables for code in table}


@pytest.mark.parametrize(
    "table, column, words",
    [
        ("customers_customersummary", "tier", words_of(archive.TIERS)),
        ("customers_customersummary", "activity", words_of(archive.ACTIVITIES)),
        ("customers_customer", "education", words_of(archive.EDUCATIONS)),
        ("customers_customer", "prospect_source", words_of(archive.PROSPECT_SOURCES)),
        ("customers_contactpoint", "kind", words_of(archive.CONTACT_KINDS)),
        ("customers_contactpoint", "source", words_of(archive.SOURCES)),
        ("customers_contactpoint", "invalid_reason", words_of(archive.INVALID_REASONS)),
        ("customers_identitydocument", "document_type", words_of(archive.DOCUMENT_TYPES)),
        ("customers_relation", "kind", words_of(archive.RELATIONS)),
        ("customers_householdmember", "role", words_of(archive.HOUSEHOLD_ROLES)),
        ("customers_assignment", "reason", words_of(archive.ASSIGNMENT_REASONS)),
        ("customers_interaction", "kind", words_of(archive.INTERACTION_KINDS)),
        ("customers_interaction", "purpose", words_of(archive.PURPOSES)),
        ("customers_interaction", "outcome", words_of(archive.OUTCOMES)),
        ("customers_need", "kind", words_of(archive.NEED_KINDS)),
        ("customers_othercover", "kind", words_of(archive.NEED_KINDS)),
        ("customers_lifeevent", "kind", words_of(archive.LIFE_EVENTS)),
        ("customers_organisationprofile", "service_roles", words_of(archive.SERVICE_ROLES)),
        ("customers_task", "kind", words_of(kind.key for kind in task_kinds)),
        ("policies_policyevent", "kind", words_of(contracts.STEPS)),
        ("policies_policyparty", "relation_to_insured", words_of(archive.RELATIONS) | {"00"}),
        ("policies_instalment", "status", words_of(contracts.INSTALMENT_STATUSES)),
        ("policies_payment", "method", words_of(contracts.PAYMENT_METHODS)),
        ("claims_claim", "kind", words_of(claims.KINDS)),
        ("claims_claim", "status", words_of(claims.STATES)),
    ],
)
def test_every_code_has_a_word(demo_book, table, column, words):
    query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''"  # noqa: S608 - names of this test

    assert {code for (code,) in demo_book.rows(query)} - words == set()
