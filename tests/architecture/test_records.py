"""Personal columns and keys to customers are known to the tables that treat them (decisions 4 and 17)."""

import re

from django.db import models

from keyuan.customers.extensions import merge_references
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
    "customers.BankAccount.bank_name": "which bank, not which account",
    "organisation.Unit.phone": "published number of an office",
    "platform.AuditEvent.address": "network address of a request (PLT-6)",
    "platform.ReadEvent.address": "network address of a request (PLT-6)",
    "organisation.ApiClient.last_used_address": "network address of a program (PLT-14)",
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


def test_every_key_to_a_customer_is_registered_for_merging():
    registered = {f"{reference.model}.{reference.field}" for reference in merge_references}
    keys = {
        label
        for label, field in columns()
        if field.is_relation and field.related_model._meta.label == "customers.Customer"
    }

    expect_none(sorted(keys - registered))
    expect_none(sorted(registered - keys))
