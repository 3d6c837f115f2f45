"""Under which names wrong passwords and codes are counted (PLT-5).

A staff number is counted as a keyed digest: what people type into that box may be a password. A browser that has
signed in before is counted apart, so that strangers who try a colleague's number cannot shut the colleague out.
"""

from axes.models import AccessAttempt
from django.utils.crypto import salted_hmac

DIGITS = 32


def counter_of(staff_no: str, device: str = "") -> str:
    """Return the name of the counter of a staff number, on a browser known to be that person's or on any other."""
    own = _digest("keyuan.attempts", staff_no.strip().upper())
    return f"{own}.{_digest('keyuan.attempts.device', device)}" if device else own


def forget_attempts(staff_no: str) -> None:
    """Set every counter of a staff number back to none."""
    AccessAttempt.objects.filter(username__startswith=counter_of(staff_no)).delete()


def has_attempts(staff_no: str) -> bool:
    """Tell whether somebody has tried that staff number wrongly of late."""
    return bool(AccessAttempt.objects.filter(username__startswith=counter_of(staff_no)).exists())


def _digest(salt: str, text: str) -> str:
    return salted_hmac(salt, text, algorithm="sha256").hexdigest()[:DIGITS]
