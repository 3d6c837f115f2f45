"""Segments: groups of customers by a condition, dynamic or frozen, with their versions, members and counts (CUS-6)."""

from django.db import models

from keyuan.customers.models.customer import Customer


class Segment(models.Model):
    """A named condition over customers, in the language of `rules.segments`.

    A dynamic one means whoever meets the condition today; a frozen one keeps the members it had. ``post_id`` is the
    owner's post when the members are kept: they are gathered inside its reach. A deleted one can be brought back.
    """

    class Kind(models.TextChoices):
        """Whether members change with the facts."""

        DYNAMIC = "DYNAMIC"
        FROZEN = "FROZEN"

    name = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.DYNAMIC)
    condition = models.JSONField()
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    post_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.IntegerField(null=True, blank=True)
    #: Posts of this unit and below see the segment; empty: only its owner.
    shared_unit_id = models.IntegerField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    frozen_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    keeps_members = models.BooleanField(default=False)
    members_as_of = models.DateField(null=True, blank=True)
    members_count = models.BigIntegerField(null=True, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "updated_at", "id"], name="segment_owner"),
            models.Index(fields=["shared_unit_id", "updated_at", "id"], name="segment_shared"),
        ]

    def __str__(self) -> str:
        return f"segment {self.pk}"


class SegmentVersion(models.Model):
    """What a segment said at each version, and who changed it."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True, default="")
    condition = models.JSONField()
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=80, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "version"], name="segment_version_once")]


class SegmentMember(models.Model):
    """A customer who belongs to a frozen segment, or to a dynamic one whose list is kept ready."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="segment_memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="segment_member_once")]


class SegmentCount(models.Model):
    """How many customers a segment had on a day of the mart, in one branch; branch 0 is the whole book."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="counts", db_index=False)
    counted_on = models.DateField()
    branch_id = models.IntegerField(default=0)
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "branch_id", "counted_on"], name="segment_count_once")
        ]


class TagRule(models.Model):
    """Sets a tag every night on whoever is in a segment, and withdraws it from whoever no longer is (CUS-6).

    ``confidence_bp`` in basis points; ``valid_days`` limits each tag set by it.
    """

    tag = models.OneToOneField("customers.Tag", models.CASCADE, related_name="rule")
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="tag_rules")
    confidence_bp = models.PositiveSmallIntegerField(default=10000)
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)
    explanation = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    last_run_on = models.DateField(null=True, blank=True)
    last_set = models.PositiveIntegerField(default=0)
    last_withdrawn = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True, default="")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
