"""Machines that use the API: a technical account in a post, its keys, and the short-lived tokens they buy (PLT-14)."""

from django.db import models

from keyuan.platform.textfield import CodePointField


class ApiClient(models.Model):
    """A program of another system. What it may do stands in its ``post``, exactly as for people.

    ``scopes`` narrows the role's permissions further (empty: all of them), ``networks`` says from where it may call
    (one network a line, empty: anywhere). ``user`` is its account in the tables of people: it owns what the client
    makes (exports, batches, jobs) and can never sign in.
    """

    client_id = CodePointField(max_length=40, unique=True)
    name = CodePointField(max_length=40)
    description = models.CharField(max_length=200, blank=True, default="")
    user = models.OneToOneField("organisation.User", models.PROTECT, related_name="api_client")
    post = models.OneToOneField("organisation.Post", models.PROTECT, related_name="api_client")
    scopes = models.JSONField(default=list, blank=True)
    networks = models.TextField(blank=True, default="")
    rate_per_minute = models.PositiveIntegerField(default=600)
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_address = models.CharField(max_length=45, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="api_client_name")]

    def __str__(self) -> str:
        return str(self.name)


class ApiKey(models.Model):
    """One secret of a client, kept as a hash; ``prefix`` is what pages show of it.

    An ``OAUTH`` secret buys tokens at the token endpoint, a ``KEY`` is sent with each request. Several may be valid at
    once, so that one can be replaced while the other still works.
    """

    class Kind(models.TextChoices):
        """What the secret is for."""

        OAUTH = "OAUTH"
        KEY = "KEY"

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    label = models.CharField(max_length=40, blank=True, default="")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)


class ApiToken(models.Model):
    """A short-lived access token, kept as a hash; it may narrow its client's permissions, never widen them."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens")
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
