"""The rules of signing in as one page, unused accounts, what a version adds to roles (PLT-4, PLT-5; domain.md E.7)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from keyuan.kernel.actor import system_actor
from keyuan.organisation import testing
from keyuan.organisation.jobs import lock_unused
from keyuan.organisation.models import Role, SignInPolicy, User
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.services.role_updates import bring_roles_up_to_date
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

SYSTEM = system_actor("set-up")


@pytest.fixture
def admin(tree):
    return testing.client_of("administrator", unit=tree.head)[0]


def test_the_values_of_level_three_are_proposed_and_counted_after_saving(admin):
    url = reverse("organisation:sign-in-policy")
    form = admin.get(url, {"rules": "mlps-3"}).context["form"]
    proposed = {name: form.initial[name] for name in form.fields}
    assert not SignInPolicy.objects.exists()

    assert admin.post(url, {name: value for name, value in proposed.items() if value}).status_code == 302

    row = SignInPolicy.objects.get()
    assert (row.min_length, row.min_classes, row.history, row.max_age_days) == (8, 3, 5, 90)
    assert (row.lock_failures, row.lock_minutes, row.session_hours, row.single_session) == (5, 30, 8, True)
    assert row.stale_days == 90
    assert AuditEvent.objects.order_by("id").last().changed["stale_days"] == [None, 90]


@pytest.mark.parametrize("name, value", [
    ("min_length", 7), ("lock_failures", 2), ("lock_minutes", 1441), ("session_hours", 25), ("stale_days", 13),
])  # fmt: skip
def test_rules_that_guard_nothing_are_refused(admin, name, value):
    good = {
        "min_length": 8,
        "min_classes": 3,
        "history": 5,
        "lock_failures": 5,
        "lock_minutes": 30,
        "session_hours": 12,
    }

    answer = admin.post(reverse("organisation:sign-in-policy"), good | {"version": 1, name: value})

    assert (answer.status_code, SignInPolicy.objects.count()) == (422, 0)


def unused(days, **more):
    user = testing.make_user(password=testing.PASSWORD, **more)
    User.objects.filter(pk=user.pk).update(last_seen_at=clock.now() - timedelta(days=days))
    return user


def test_accounts_nobody_uses_are_locked_where_the_policy_says_so(tree):
    stale, fresh = unused(91), unused(89)
    never = testing.make_user(password=None)
    last = testing.make_post("administrator", unit=tree.head, user=unused(400)).user

    assert lock_unused() == 0
    SignInPolicy.objects.create(pk=1, stale_days=90)
    assert lock_unused() == 1

    active = {user.pk: user.is_active for user in User.objects.all()}
    assert [active[user.pk] for user in (stale, fresh, never, last)] == [False, True, True, True]
    event = AuditEvent.objects.order_by("id").last()
    assert (event.subject_id, event.facts) == (stale.pk, {"account": "stale", "days": 90})


def test_an_account_just_given_a_password_is_not_stale(tree):
    user = unused(200)
    User.objects.filter(pk=user.pk).update(password_changed_at=clock.now())
    SignInPolicy.objects.create(pk=1, stale_days=90)

    assert lock_unused() == 0


@pytest.fixture
def older(monkeypatch, db):
    """A role made before the version that describes one permission more."""
    role = testing.default_role("auditor")
    default = DEFAULT_ROLES["auditor"]
    newer = default.__class__(**{name: getattr(default, name) for name in default.__slots__})
    object.__setattr__(newer, "permissions", default.permissions | {"platform.jobs"})
    monkeypatch.setitem(DEFAULT_ROLES, "auditor", newer)
    return role


def permissions(role):
    return set(role.grants.values_list("permission", flat=True))


def test_a_role_nobody_edited_gets_what_a_version_adds(older):
    updates = bring_roles_up_to_date(actor=SYSTEM, now=clock.now())

    assert updates.added == {"auditor": ["platform.jobs"]}
    assert "platform.jobs" in permissions(older)
    assert Role.objects.get(pk=older.pk).version == older.version + 1
    event = AuditEvent.objects.order_by("id").last()
    assert (event.action, event.facts["reason"]) == ("permission", "release")
    assert bring_roles_up_to_date(actor=SYSTEM, now=clock.now()).added == {}


def test_an_edited_role_is_only_told_about_once(older, capsys):
    Role.objects.filter(pk=older.pk).update(edited=True)

    call_command("roles")
    call_command("roles")

    assert "platform.jobs" not in permissions(older)
    assert capsys.readouterr().out.count("role auditor was edited") == 1


def test_what_was_taken_away_stays_away(older):
    bring_roles_up_to_date(actor=SYSTEM, now=clock.now())
    older.grants.filter(permission="platform.jobs").delete()

    assert bring_roles_up_to_date(actor=SYSTEM, now=clock.now()).added == {}
    assert "platform.jobs" not in permissions(older)


def test_editing_a_role_marks_it(admin, older):
    data = {"name": "审计", "default_reach": "all", "reveal_quota": 50, "version": older.version, "permission": []}
    admin.post(reverse("organisation:role", args=[older.pk]), data)

    assert Role.objects.get(pk=older.pk).edited


def test_the_roles_of_administration_audit_and_work_hold_nothing_of_each_other():
    administrator, auditor = (DEFAULT_ROLES[code].all_permissions() for code in ("administrator", "auditor"))

    acting = ("edit", "manage", "settings", "release", "clients", "reveal", "import", "export")
    assert [key for key in auditor if any(word in key for word in acting)] == []
    assert "platform.audit" not in administrator
    assert [key for key in administrator | auditor if key.startswith(("customers.", "policies.", "claims."))] == []
