"""The rules of passwords, locks and sessions and whom to ask, as one row that an administrator edits (PLT-5)."""

from django.db import models


class SignInPolicy(models.Model):
    """Passwords, locks and sessions; the defaults are those of domain.md E.7, with what it leaves optional off.

    ``session_hours`` is the life of a session however busy it is; ``stale_days`` None closes no unused account.
    """

    min_length = models.PositiveSmallIntegerField(default=8)
    min_classes = models.PositiveSmallIntegerField(default=3)
    history = models.PositiveSmallIntegerField(default=5)
    max_age_days = models.PositiveSmallIntegerField(null=True, blank=True)
    lock_failures = models.PositiveSmallIntegerField(default=5, db_default=5)
    lock_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    session_hours = models.PositiveSmallIntegerField(default=12, db_default=12)
    single_session = models.BooleanField(default=False, db_default=False)
    stale_days = models.PositiveSmallIntegerField(null=True, blank=True)
    help_line = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_sign_in_policy"),
            models.CheckConstraint(condition=models.Q(min_length__gte=8), name="password_length_at_least_8"),
            models.CheckConstraint(condition=models.Q(min_classes__lte=4), name="password_classes_at_most_4"),
            models.CheckConstraint(condition=models.Q(lock_failures__gte=1), name="sign_in_lock_at_least_1"),
            models.CheckConstraint(condition=models.Q(session_hours__gte=1), name="session_hours_at_least_1"),
        ]
