"""Setting passwords: by the person, or once by an administrator (PLT-5)."""

import secrets
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.models import PasswordRecord, User
from keyuan.organisation.rules.passwords import weaknesses
from keyuan.organisation.selectors.api_clients import is_machine
from keyuan.organisation.selectors.people import access_user, own_id
from keyuan.organisation.selectors.policy import password_policy
from keyuan.organisation.services.sessions import end_all, open_keys
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject

#: Letters and digits that nobody confuses when reading a one-time password aloud.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ"
FIGURES = "23456789"
#: Words of this product and of its users' trade, which whoever guesses tries first; listed in ``docs/security.md``.
OUR_WORDS = ("keyuan", "客源", "insurance", "baoxian", "保险", "admin", "password", "qwerty", "123456")


def check_new_password(user: User, password: str) -> None:
    """Raise Invalid naming everything that is wrong with ``password`` for ``user``."""
    policy = password_policy()
    found = weaknesses(password, policy, personal=(user.staff_no, user.name, user.name_pinyin), words=OUR_WORDS)
    errors = [Refused(weakness.code, field="new_password", limit=weakness.limit) for weakness in found]
    if not errors and is_common(password):
        errors.append(Refused("password.common", field="new_password"))
    if not errors and was_used(user, password, policy.history):
        errors.append(Refused("password.used_before", field="new_password", limit=policy.history))
    if errors:
        raise Invalid(errors)


@lru_cache(maxsize=1)
def common_passwords() -> CommonPasswordValidator:
    """Return the list of the 20,000 passwords found most often in stolen collections; read once."""
    return CommonPasswordValidator()


def is_common(password: str) -> bool:
    """Tell whether a password stands in stolen collections, also with signs put behind it."""
    listed = common_passwords().passwords
    bare = password.lower().strip()
    return bare in listed or bare.rstrip("!@#$%^&*._-?~") in listed


def was_used(user: User, password: str, history: int) -> bool:
    """Tell whether ``password`` is the present one or among the last ``history`` of them."""
    former = user.former_passwords.order_by("-replaced_at", "-id").values_list("password", flat=True)
    return any(check_password(password, stored) for stored in [user.password, *former[: max(history - 1, 0)]])


def prove(*, actor: Actor, password: str) -> None:
    """Check one's own password before something serious. Raises Refused ``password.wrong``."""
    if not check_password(password, User.objects.get(pk=own_id(actor)).password):
        raise Refused("password.wrong", field="password")


def change_password(*, actor: Actor, old: str, new: str, keep_session: str, now: datetime) -> User:
    """Set one's own password; every other session ends. Raises Invalid, or Refused for a wrong old password."""
    user = User.objects.get(pk=own_id(actor))
    if not check_password(old, user.password):
        raise Refused("password.wrong", field="old_password")
    check_new_password(user, new)
    hashed = make_password(new)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=own_id(actor))
        store(user, hashed, must_change=False, now=now)
        end_all(open_keys(user.pk, keep=keep_session), now=now)
        record(actor, Action.UPDATE, Subject("user", user.pk), detail={"password": "changed"}, now=now)
    return user


def reset_password(*, actor: Actor, user_id: int, now: datetime) -> tuple[User, str]:
    """Give a person a one-time password, which has to be changed at the first sign-in; their sessions end.

    Returns the person and the password: it is shown to the administrator once and stored nowhere. Raises Refused for
    the account of an API client, with which nobody signs in.
    """
    actor.require(p.USERS_EDIT)
    user = access_user(actor, user_id)
    if is_machine(user.pk):
        raise Refused("api_client.no_sign_in")
    password = one_time_password()
    hashed = make_password(password)
    with transaction.atomic():
        store(user, hashed, must_change=True, now=now)
        end_all(open_keys(user.pk), now=now)
        record(actor, Action.PERMISSION, Subject("user", user.pk), detail={"password": "reset"}, now=now)
    return user, password


def store(user: User, hashed: str, *, must_change: bool, now: datetime) -> None:
    """Replace the stored password and keep the former one for the history."""
    if user.password and user.has_usable_password():
        PasswordRecord.objects.create(user=user, password=user.password, replaced_at=now)
    user.password = hashed
    user.must_change_password = must_change
    user.password_changed_at = now
    user.version += 1
    user.save(update_fields=["password", "must_change_password", "password_changed_at", "version"])


def one_time_password() -> str:
    """Return a password of ten characters in three classes that reads well aloud (about 50 bits)."""
    parts = [secrets.choice(CAPITALS), *(secrets.choice(LETTERS) for _ in range(4)), "-"]
    return "".join(parts + [secrets.choice(FIGURES) for _ in range(4)] + [secrets.choice(LETTERS)])
