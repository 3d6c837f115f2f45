"""The second factor: an authenticator app and ten recovery codes (PLT-5)."""

import hmac
import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import RecoveryCode, User
from keyuan.organisation.rules import totp
from keyuan.organisation.selectors.people import own_id
from keyuan.platform.audit import Action, record
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.subjects import Subject

SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def plain_secret(user: User) -> bytes:
    """Return the shared secret, for comparing codes and for the picture shown while enrolling."""
    (text,) = open_for_system(system_actor("sign-in"), [user.totp_secret], "second_factor")
    return totp.from_base32(text or "")


def begin_enrolment(*, actor: Actor) -> str:
    """Return the secret (base 32) to scan; one that was begun and not confirmed is kept, also over a reload.

    Raises Refused when a second factor is in force.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=own_id(actor))
        if user.totp_confirmed_at is not None:
            raise Refused("totp.in_force")
        if not user.totp_secret:
            user.totp_secret = totp.as_base32(secrets.token_bytes(SECRET_BYTES))
            user.save(update_fields=["totp_secret"])
            user.refresh_from_db(fields=["totp_secret"])
    return totp.as_base32(plain_secret(user))


def confirm_enrolment(*, actor: Actor, code: str, now: datetime, wall: datetime) -> list[str]:
    """Put the second factor in force once ``code`` proves the app works; return the recovery codes, shown once."""
    codes, hashes = new_codes()
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=own_id(actor))
        if user.totp_confirmed_at is not None or not user.totp_secret:
            raise Refused("totp.in_force")
        step = totp.matching_step(plain_secret(user), tidy(code), seconds(wall))
        if step is None:
            raise Refused("totp.wrong", field="code")
        user.totp_confirmed_at, user.totp_last_step = now, step
        user.save(update_fields=["totp_confirmed_at", "totp_last_step"])
        replace_codes(user, hashes)
        record(actor, Action.PERMISSION, Subject("user", user.pk), detail={"second_factor": "on"}, now=now)
    return codes


def remove_second_factor(*, actor: Actor, password: str, now: datetime) -> None:
    """Take one's own second factor away. Raises Refused for a wrong password."""
    user = User.objects.get(pk=own_id(actor))
    if not check_password(password, user.password):
        raise Refused("password.wrong", field="password")
    with transaction.atomic():
        clear(user)
        record(actor, Action.PERMISSION, Subject("user", user.pk), detail={"second_factor": "off"}, now=now)


def new_recovery_codes(*, actor: Actor, now: datetime) -> list[str]:
    """Replace the recovery codes; the former ones stop working."""
    codes, hashes = new_codes()
    with transaction.atomic():
        user = User.objects.get(pk=own_id(actor))
        if user.totp_confirmed_at is None:
            raise Refused("totp.absent")
        replace_codes(user, hashes)
        record(actor, Action.PERMISSION, Subject("user", user.pk), detail={"recovery_codes": "new"}, now=now)
    return codes


def accept_code(user: User, code: str, *, now: datetime, wall: datetime) -> bool:
    """Tell whether ``code`` is the app's present one or an unused recovery code, and use it up.

    A code works once, also when two requests bring it at the same moment.
    """
    typed = tidy(code)
    if typed.isdigit() and len(typed) == totp.DIGITS:
        step = totp.matching_step(plain_secret(user), typed, seconds(wall), last_step=user.totp_last_step)
        # The comparison in the database decides between two requests.
        earlier = User.objects.filter(pk=user.pk, totp_last_step__lt=step or 0)
        return step is not None and earlier.update(totp_last_step=step) == 1
    fitting = matching_code(user, typed)
    used = fitting is not None and RecoveryCode.objects.filter(pk=fitting, used_at=None).update(used_at=now) == 1
    if used:
        with transaction.atomic():
            actor = system_actor("sign-in")
            record(actor, Action.OTHER, Subject("user", user.pk), detail={"recovery_code": "used"}, now=now)
    return used


def clear(user: User) -> None:
    """Forget secret and recovery codes."""
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = None, None, 0
    user.save(update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step"])
    RecoveryCode.objects.filter(user=user).delete()


def replace_codes(user: User, hashes: list[str]) -> None:
    """Keep these hashes of codes instead of the former ones."""
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=stored) for stored in hashes])


def new_codes() -> tuple[list[str], list[str]]:
    """Return fresh recovery codes and their hashes, made before any transaction: slow hashes hold no lock."""
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    return codes, [make_password(tidy(code)) for code in codes]


def matching_code(user: User, typed: str) -> int | None:
    """Return the key of the unused recovery code that was typed, or None."""
    rows = RecoveryCode.objects.filter(user=user, used_at=None).values_list("pk", "code_hash")
    return next((key for key, stored in rows if check_password(typed, stored)), None)


def recovery_code() -> str:
    """Return a code such as ``7kq2m-x9fpd``."""
    half = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(5))
    return f"{half}-{''.join(secrets.choice(RECOVERY_LETTERS) for _ in range(5))}"


def tidy(code: str) -> str:
    """Return a typed code without the blanks and strokes people add."""
    return code.replace(" ", "").replace("-", "").strip().lower()


def seconds(wall: datetime) -> int:
    """Return a moment in seconds since 1970."""
    return int(wall.timestamp())


def device_mark(user: User) -> str:
    """Return what a trusted device must carry: it changes with password, second factor and "sign out everywhere"."""
    parts = f"{user.pk}:{user.password}:{user.totp_confirmed_at}:{user.trust_round}"
    return salted_hmac("keyuan.trusted-device", parts, algorithm="sha256").hexdigest()[:32]


def is_trusted(user: User, mark: str) -> bool:
    """Tell whether ``mark`` is the one of ``user`` at present."""
    return hmac.compare_digest(device_mark(user).encode(), mark.encode())
