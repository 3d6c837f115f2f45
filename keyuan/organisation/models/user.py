"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from keyuan.platform.crypto import SealedField
from keyuan.platform.textfield import CodePointField


class UserManager(BaseUserManager["User"]):
    """Finds people by staff number, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with staff number ``username``."""
        return self.get(staff_no=(username or "").strip().upper())


class User(AbstractBaseUser):
    """A person with a staff number (工号); what they may do stands in their posts."""

    staff_no = CodePointField(max_length=20, unique=True)
    name = CodePointField(max_length=40)
    name_pinyin = models.CharField(max_length=120, blank=True, default="")
    email = SealedField("email")
    phone = SealedField("phone")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    totp_secret = SealedField("otp_secret")
    totp_confirmed_at = models.DateTimeField(null=True, blank=True)
    totp_last_step = models.BigIntegerField(default=0)
    #: Raised to forget every trusted device of this person at once.
    trust_round = models.PositiveIntegerField(default=0, db_default=0)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        indexes = [
            models.Index(fields=["is_active", "staff_no", "id"], name="user_active_staff"),
            models.Index(fields=["last_seen_at", "id"], name="user_last_seen"),
            models.Index(fields=["name", "id"], name="user_name"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        """Staff numbers are kept in capitals."""
        super().clean()
        self.staff_no = self.staff_no.strip().upper()

    def has_perm(self, *_: Any) -> bool:
        """Django's own permissions are not used; posts decide (PLT-4)."""
        return False


class PasswordRecord(models.Model):
    """A former password's hash, so that the last ones are not used again (PLT-5)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()


class RecoveryCode(models.Model):
    """A one-time code for a lost authenticator, kept as a hash."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True, blank=True)


class SignIn(models.Model):
    """One signed-in device: what "my sessions" lists and ends (PLT-5)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    post = models.ForeignKey("organisation.Post", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="sign_in_user_seen")]
