"""Who might stand in the book twice, what was decided, and every merge with what undoes it (CUS-8)."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import SealedField

#: Behind an order's own columns, so that a walk passes over what the filters leave out.
FILTERED = ("status", "band", "source")


class DuplicatePair(ScopedRow):
    """Two customers, ``a`` < ``b``, who may be one. Written in bulk by `services.merging.pairs.store_pairs`.

    ``weight`` is the match weight (log2 of the Bayes factor), ``probability`` lies between 0 and 1. ``levels`` says for
    each compared field how well it agrees and what that is worth: ``{"name": {"level": "same", "weight": 7.1}}`` with
    the levels same, close, differs, missing; never a value. A scope column is filled where both customers stand in the
    same unit, so that a post finds by equality the pairs of which it serves both.
    """

    class Status(models.TextChoices):
        """What was decided; FOLDED are pairs that became the same pair as another when one of theirs was merged."""

        OPEN = "OPEN"
        DISTINCT = "DISTINCT"
        MERGED = "MERGED"
        FOLDED = "FOLDED"

    class Band(models.TextChoices):
        """Above the upper threshold of its run, between the thresholds, or below what is worth merging by rule."""

        SURE = "SURE"
        LIKELY = "LIKELY"
        POSSIBLE = "POSSIBLE"

    class Source(models.TextChoices):
        """Who noticed: the linkage of the whole book, an entry, an import, a person."""

        LINKAGE = "LINKAGE"
        ENTRY = "ENTRY"
        IMPORT = "IMPORT"
        HAND = "HAND"

    a = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    weight = models.FloatField()
    probability = models.FloatField()
    band = models.CharField(max_length=8, choices=Band.choices, default=Band.LIKELY)
    levels = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.LINKAGE)
    run_id = models.BigIntegerField(null=True, blank=True, help_text="the run of the linkage that found it")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    is_held = models.BooleanField(default=False, help_text="only a person may merge it: a merge of it was undone")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(a__lt=models.F("b")), name="duplicate_pair_order"),
        ]
        indexes = [
            models.Index(fields=["weight", "id", *FILTERED], name="dup_all_weight"),
            models.Index(fields=["branch_id", "weight", "id", *FILTERED], name="dup_br_weight"),
            models.Index(fields=["status", "band"], name="dup_all_status"),
            models.Index(fields=["branch_id", "status", "band"], name="dup_br_status"),
            models.Index(fields=["sub_branch_id"], name="dup_sb"),
            models.Index(fields=["section_id"], name="dup_sec"),
            models.Index(fields=["team_id"], name="dup_team"),
            models.Index(fields=["servicing_agent_id"], name="dup_agent"),
        ]


class MergeBatch(ScopedRow):
    """Sure pairs merged together: planned, approved where they are many, run by a job, undone as a whole."""

    class Status(models.TextChoices):
        """Where it stands."""

        PLANNING = "PLANNING"
        READY = "READY"
        WAITING = "WAITING"
        REFUSED = "REFUSED"
        RUNNING = "RUNNING"
        DONE = "DONE"
        UNDOING = "UNDOING"
        UNDONE = "UNDONE"

    #: From the form, so that a second press of the button finds the same batch.
    token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PLANNING)
    threshold = models.FloatField(help_text="least probability of the pairs")
    reason = models.CharField(max_length=200)
    pairs = models.PositiveIntegerField(default=0)
    clusters = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0, help_text="records that go into another")
    merged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decision_note = models.CharField(max_length=200, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="merge_batch_all"),
            models.Index(fields=["branch_id", "created_at", "id"], name="merge_batch_br"),
        ]


class Merge(ScopedRow):
    """``loser`` went into ``survivor``; its changes undo it exactly. Scope columns are the survivor's at that time.

    ``serial`` orders merges by when they were carried out. ``choices`` are the fields taken from the loser;
    ``snapshot`` holds the survivor's columns right before, so that what was edited since is recognised, and
    ``health_notes`` the sealed one of them. ``flags`` name what an undo could not put back, for ``needs_review``.
    """

    class Status(models.TextChoices):
        """Where it stands; PLANNED rows are a batch's plan."""

        PLANNED = "PLANNED"
        DONE = "DONE"
        SKIPPED = "SKIPPED"
        UNDONE = "UNDONE"

    #: In ``skipped_because``: the person had the archive erased, and with it what an undo would put back.
    ERASED = "merge.erased"

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    loser = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    pair = models.ForeignKey(DuplicatePair, models.SET_NULL, null=True, blank=True, related_name="merges")
    batch = models.ForeignKey(MergeBatch, models.PROTECT, null=True, blank=True, related_name="merges", db_index=False)
    position = models.PositiveIntegerField(default=0, help_text="round within the batch")
    serial = models.BigIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PLANNED)
    reason = models.CharField(max_length=200, blank=True, default="")
    skipped_because = models.CharField(max_length=40, blank=True, default="")
    choices = models.JSONField(default=dict, blank=True)
    snapshot = models.JSONField(default=dict, blank=True)
    health_notes = SealedField("health")
    flags = models.JSONField(default=list, blank=True)
    needs_review = models.BooleanField(default=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_id = models.BigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_id = models.BigIntegerField(null=True, blank=True)
    undo_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loser"], condition=models.Q(status="DONE"), name="merged_once"),
            models.CheckConstraint(condition=~models.Q(survivor=models.F("loser")), name="merge_of_two"),
        ]
        indexes = [
            models.Index(fields=["survivor", "serial"], name="merge_survivor"),
            models.Index(fields=["loser", "serial"], name="merge_loser"),
            models.Index(fields=["batch", "status", "position", "id"], name="merge_batch_rows"),
            models.Index(fields=["done_at", "id", "status", "needs_review"], name="merge_all_done"),
            models.Index(fields=["branch_id", "done_at", "id", "status", "needs_review"], name="merge_br_done"),
            models.Index(fields=["needs_review"], name="merge_review", condition=models.Q(needs_review=True)),
        ]


class MergeChange(models.Model):
    """What one merge did to the rows of one reference, or to single rows (``before``, ``after``).

    ``moved`` are ids of rows that now point to the survivor, ``own`` those that did already (anything else there now
    came later), ``stayed`` those that a rule of the table keeps with the loser. ``before`` and ``after`` hold the
    changed columns of rows that were combined, or a whole row that was taken away (``after`` without its id).
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="changes")
    reference = models.CharField(max_length=80)
    moved = models.JSONField(default=list, blank=True)
    own = models.JSONField(default=list, blank=True)
    stayed = models.JSONField(default=list, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)


class SurvivorshipRules(models.Model):
    """A version of which value wins, by field; the newest one holds. Versions are never changed."""

    policies = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)
