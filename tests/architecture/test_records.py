"""Personal columns and keys to customers are known to the tables that treat them (decisions 4 and 17)."""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models

from keyuan.customers.extensions import merge_references
from keyuan.customers.services.merging.tables import moving_references, table_of
from keyuan.kernel.fields import PERSONAL_FIELDS, DataClass
from keyuan.platform.crypto import SealedField
from tests.architecture.layout import expect_none
from tests.architecture.test_graph import own_models

#: Words in a column's name that speak of a person; such a column of text has to be sealed or to stand in the table.
PERSONAL = re.compile(
    r"(^|_)(phone|mobile|telephone|email|identity|id_number|id_no|passport|address|account|bank|card|health|disease|diagnosis"
    r"|medical|income|wechat|qq|plate|vin|otp|secret)(_|$)"
)
TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)
#: Columns that only sound personal, each with what it holds.
HARMLESS = {
    "policies.LedgerLine.account": "an account of our own books",
    "policies.Refund.account": "an account of our own books; the payee's is payee_account, sealed",
    "customers.BankAccount.bank_name": "which bank, not which account",
    "organisation.Unit.phone": "published number of an office",
    "service.Mailbox.address": "published address of the house",
    "platform.AuditEvent.address": "network address of a request (PLT-6)",
    "platform.ReadEvent.address": "network address of a request (PLT-6)",
    "organisation.ApiClient.last_used_address": "network address of a program (PLT-14)",
    "products.ProductBenefit.income_from_unit": "whether a benefit counts policy years or ages, of the catalogue",
    "organisation.SignIn.address": "network address of a member of staff's device (PLT-5)",
}


def columns():
    """Label, name and field of every column of ours."""
    for _context, model in own_models():
        for field in model._meta.concrete_fields:
            yield f"{model._meta.label}.{field.name}", field


def sounds_personal(field):
    """Tell whether a column of free text is named like a personal field."""
    return bool(isinstance(field, TEXT) and not field.choices and PERSONAL.search(field.name))


def test_every_column_that_sounds_personal_is_sealed_or_in_the_table():
    doubtful = [
        label
        for label, field in columns()
        if sounds_personal(field)
        and not isinstance(field, SealedField)
        and not (field.name in PERSONAL_FIELDS and not PERSONAL_FIELDS[field.name].sealed)
        and label not in HARMLESS
    ]

    expect_none(doubtful)


def test_sealed_columns_are_sealed_by_the_table():
    wrong = [
        label
        for label, field in columns()
        if isinstance(field, SealedField)
        and (field.field_key not in PERSONAL_FIELDS or not PERSONAL_FIELDS[field.field_key].sealed)
    ]

    expect_none(wrong)


def test_reasons_belong_to_columns_that_exist():
    assert set(HARMLESS) <= {label for label, _field in columns()}


def test_secrets_of_sign_in_are_never_kept_in_plain():
    assert all(entry.sealed for entry in PERSONAL_FIELDS.values() if entry.data_class is DataClass.C3)


#: Columns that hold a customer's id without being a key, and why a merge leaves them alone.
KEPT_AS_WRITTEN = {
    "platform.AuditEvent.customer_id": "the trail says what happened to which record then",
    "platform.ReadEvent.customer_id": "the trail says who looked at which record then",
    "platform.AuditEvent.subject_id": "the trail says what happened to which record then",
    "platform.ReadEvent.subject_id": "the trail says who looked at which record then",
    "platform.Clock.subject_id": "clocks run for work on a record, never for a customer",
    "contact.Message.subject_id": "what a message is about; its customer is a key of its own",
    "customers.HandoverItem.customer_id": "a hand-over's account of what it moved, and for whom",
    "customers.Interaction.subject_id": "what an entry was about; its customer is a key of its own",
    "customers.Task.subject_id": "what a task is about; its customer is a key of its own",
}
POINTS_TO_CUSTOMER = re.compile(r"(^|_)customer_ids?$")


def pointers():
    """Label of everything that leads to a customer: keys, one-to-one, many-to-many, plain numbers, subjects."""
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("keyuan."):
            continue
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            if field.is_relation:
                leads = field.related_model._meta.label == "customers.Customer"
            else:
                leads = bool(POINTS_TO_CUSTOMER.search(field.name)) or (
                    field.name == "subject_id" and "subject_kind" in names
                )
            if leads:
                yield f"{model._meta.label}.{field.name}"


def test_everything_that_leads_to_a_customer_is_registered_for_merging():
    registered = {f"{reference.model}.{reference.field}" for reference in merge_references}
    found = set(pointers())

    expect_none(sorted(found - registered - set(KEPT_AS_WRITTEN)))
    expect_none(sorted(registered - found))
    assert set(KEPT_AS_WRITTEN) <= found


class Planted:
    """What the walk over the tables sees of one that somebody planted."""

    __module__ = "keyuan.planted"

    def __init__(self, *fields):
        self._meta = SimpleNamespace(label="planted.Planted", concrete_fields=fields)


TO_CUSTOMER = SimpleNamespace(_meta=SimpleNamespace(label="customers.Customer"))


@pytest.mark.parametrize("name, related, siblings", [
    ("payer", TO_CUSTOMER, ()),
    ("customer_id", None, ()),
    ("payer_customer_id", None, ()),
    ("subject_id", None, ("subject_kind",)),
])  # fmt: skip
def test_a_planted_pointer_is_seen(name, related, siblings, monkeypatch):
    columns = [SimpleNamespace(name=name, is_relation=related is not None, related_model=related)]
    columns += [SimpleNamespace(name=other, is_relation=False) for other in siblings]
    monkeypatch.setattr(apps, "get_models", lambda **_more: [Planted(*columns)])

    assert list(pointers()) == [f"planted.Planted.{name}"]


def test_the_walk_sees_tables_between_many_and_many():
    walked = {model._meta.label for model in apps.get_models(include_auto_created=True)}

    assert "organisation.User_groups" in walked or any("_" in label.partition(".")[2] for label in walked)


def test_every_unique_rule_beside_a_customer_can_be_followed():
    for reference in moving_references():
        table_of(reference.key)
