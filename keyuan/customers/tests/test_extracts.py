"""The customers' tables of the mart: one row a customer, their labels and contacts (CUS-6, decision 21)."""

from datetime import date

import pytest

from keyuan.customers.models import Customer
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.tests.books import unit
from keyuan.kernel.actor import system_actor
from keyuan.platform.mart import connect
from keyuan.platform.mart.testing import snapshot_here

pytestmark = pytest.mark.django_db


def test_a_customer_is_one_row_and_a_merged_one_none(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    unit("HQ")
    kept = make_customer(system_actor("test"), "张三", sex="1", birth_on=date(1980, 5, 6), phone="13800138000")
    gone = make_customer(system_actor("test"), "张叁")
    Customer.objects.filter(pk=gone.pk).update(status="MERGED", merged_into=kept)

    snapshot = snapshot_here(NOW)

    with connect(snapshot) as mart:
        rows = mart.execute("SELECT customer_id, sex, birth_md, has_contact, is_orphan FROM customers").fetchall()
        names = [row[0] for row in mart.execute("DESCRIBE customers").fetchall()]
    assert rows == [(kept.pk, "1", 506, True, True)]
    assert {"name", "name_sort", "phone"}.isdisjoint(names)
    assert set(snapshot.keys) >= {"customers", "customer_tags", "interactions", "policies", "claims"}
