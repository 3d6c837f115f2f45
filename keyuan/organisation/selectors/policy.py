"""The password policy in force."""

from keyuan.organisation.models import SignInPolicy
from keyuan.organisation.rules.passwords import PasswordPolicy


def policy_row() -> SignInPolicy:
    """Return the row that holds the policy; unsaved defaults where nobody has edited it yet."""
    return SignInPolicy.objects.filter(pk=1).first() or SignInPolicy(pk=1)


def password_policy() -> PasswordPolicy:
    """Return the policy in force."""
    row = policy_row()
    return PasswordPolicy(row.min_length, row.min_classes, row.history, row.max_age_days)
