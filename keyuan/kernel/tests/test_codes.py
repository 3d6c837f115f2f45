"""Code sets (domain.md G and A.2, decision 15)."""

import pytest

from keyuan.kernel.codes import (
    DocumentType,
    HolderKind,
    PayMode,
    PolicyStatus,
    Relation,
    SubState,
    TerminationReason,
    document_types,
)


@pytest.mark.parametrize(
    "relation, inverse",
    [
        ("00", "00"),
        ("01", "01"),
        ("02", "03"),
        ("03", "02"),
        ("05", "05"),
        ("06", "07"),
        ("07", "06"),
        ("08", "09"),
        ("09", "08"),
        ("10", "11"),
        ("11", "10"),
        ("12", "12"),
        ("98", "98"),
        ("99", "99"),
    ],
)
def test_a_relation_has_the_inverse_of_the_table(relation, inverse):
    assert Relation(relation).inverse() is Relation(inverse)


def test_the_inverse_of_the_inverse_is_the_relation_itself():
    assert [item.inverse().inverse() for item in Relation] == list(Relation)


def test_documents_divide_into_those_of_persons_and_of_organisations():
    persons, organisations = document_types(HolderKind.PERSON), document_types(HolderKind.ORGANISATION)

    assert DocumentType.RESIDENCE_PERMIT in persons
    assert [item.value for item in organisations] == ["01", "02", "03", "04", "05", "06", "07"]
    assert len(persons) + len(organisations) == len(DocumentType)


@pytest.mark.parametrize(
    "mode, months", [("01", None), ("02", 1), ("03", 3), ("04", 6), ("05", 12), ("06", None), ("99", None)]
)
def test_a_pay_mode_knows_the_months_between_premiums(mode, months):
    assert PayMode(mode).months == months


def test_six_statuses_carry_the_exchange_codes_of_the_industry():
    assert {status.value: status.exchange_code for status in PolicyStatus} == {
        "PENDING": None,
        "NOT_EFFECTIVE": "04",
        "IN_FORCE": "01",
        "SUSPENDED": "02",
        "TERMINATED": "03",
        "OTHER": "99",
    }


def test_nine_sub_states_and_nine_reasons_of_termination_exist():
    assert len(SubState) == 9
    assert [reason.value for reason in TerminationReason] == [f"{number:02d}" for number in range(1, 10)]
