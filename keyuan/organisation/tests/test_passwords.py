"""Password policy: length, classes, personal data, history, expiry (PLT-5, domain.md E.7)."""

from datetime import UTC, datetime, timedelta

import pytest

from keyuan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from keyuan.organisation import testing
from keyuan.organisation.models import SignInPolicy, User
from keyuan.organisation.rules.passwords import PasswordPolicy, classes_of, is_expired, weaknesses
from keyuan.organisation.services import passwords

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
POLICY = PasswordPolicy()


@pytest.mark.parametrize(
    "password, codes",
    [
        ("Abcdef-1", []),
        ("Abcd-1", ["password.too_short"]),
        ("abcdefgh", ["password.too_few_classes"]),
        ("abcdefg1", ["password.too_few_classes"]),
        ("Abcdefg1", []),
        ("密码abcd12", []),
        ("a", ["password.too_short", "password.too_few_classes"]),
        ("X-10482-abc", ["password.personal"]),
        ("LinXiaoLan-1", ["password.personal"]),
        ("", ["password.too_short", "password.too_few_classes"]),
    ],
)
def test_what_is_wrong_with_a_password(password, codes):
    found = weaknesses(password, POLICY, personal=("10482", "林晓岚", "linxiaolan"))

    assert [weakness.code for weakness in found] == codes


@pytest.mark.parametrize("password, count", [("", 0), ("abc", 1), ("aB", 2), ("aB1", 3), ("aB1-", 4), ("密码", 1)])
def test_classes_are_counted(password, count):
    assert classes_of(password) == count


@pytest.mark.parametrize(
    "age, limit, expired", [(91, 90, True), (90, 90, False), (4000, None, False), (None, 90, True), (None, None, False)]
)
def test_passwords_expire_only_where_the_policy_says_so(age, limit, expired):
    changed_at = NOW - timedelta(days=age) if age is not None else None

    assert is_expired(changed_at, PasswordPolicy(max_age_days=limit), NOW) is expired


@pytest.fixture
def actor(tree):
    user = testing.make_user(staff_no="10482", password="First-2026")
    return testing.actor_of(testing.fresh(testing.make_post("claims_handler", user=user, unit=tree.east)))


def change(actor, old, new):
    passwords.change_password(actor=actor, old=old, new=new, keep_session="", now=NOW)


def test_the_last_five_passwords_cannot_be_used_again(actor):
    for number in range(1, 6):
        change(actor, ["First-2026", *(f"Other-202{n}" for n in range(1, 5))][number - 1], f"Other-202{number}")

    with pytest.raises(Invalid) as refused:
        change(actor, "Other-2025", "Other-2021")
    assert [error.code for error in refused.value.errors] == ["password.used_before"]

    change(actor, "Other-2025", "First-2026")
    assert User.objects.get(pk=actor.id).check_password("First-2026")


def test_a_wrong_old_password_changes_nothing(actor):
    with pytest.raises(Refused, match=r"password\.wrong"):
        change(actor, "wrong", "Other-2026")

    assert User.objects.get(pk=actor.id).check_password("First-2026")


def test_the_row_of_the_policy_counts(actor):
    SignInPolicy.objects.create(pk=1, min_length=12)

    with pytest.raises(Invalid) as refused:
        change(actor, "First-2026", "Other-2026")
    assert refused.value.errors[0].params["limit"] == 12


def test_one_time_passwords_satisfy_the_policy_and_differ():
    made = {passwords.one_time_password() for _attempt in range(50)}

    assert len(made) == 50
    assert all(weaknesses(password, POLICY) == [] for password in made)


def test_resetting_needs_the_permission_and_reach(actor, tree):
    far = testing.make_post("claims_handler", unit=tree.west).user
    admin = testing.make_actor("administrator", unit=tree.east, reach=testing.Reach.UNIT)

    with pytest.raises(Forbidden):
        passwords.reset_password(actor=actor, user_id=far.pk, now=NOW)
    with pytest.raises(NotFound):
        passwords.reset_password(actor=admin, user_id=far.pk, now=NOW)
    assert not User.objects.get(pk=far.pk).must_change_password


def test_a_reset_password_must_be_changed(actor, tree):
    admin = testing.make_actor("administrator", unit=tree.head)
    user, password = passwords.reset_password(actor=admin, user_id=actor.id, now=NOW)

    user.refresh_from_db()
    assert (user.check_password(password), user.must_change_password) == (True, True)
