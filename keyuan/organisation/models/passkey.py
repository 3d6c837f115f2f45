"""Passkeys: keys on a person's own device that sign in without a password (PLT-5; W3C WebAuthn)."""

from django.db import models

from keyuan.organisation.models.user import User


class Passkey(models.Model):
    """One credential. Only its public half stands here; the device never gives the other away.

    ``credential_id`` is base64url, ``public_key`` the attested credential data as the standard encodes it.
    ``sign_count`` rises with each use on devices that count; 0 on those that do not.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
