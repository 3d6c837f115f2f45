"""How good records are (CUS-11): score and findings of each, counts by day, the numbers in force, cleansing tasks."""

from django.db import models

from keyuan.customers.models.customer import Customer
from keyuan.customers.models.task import Task
from keyuan.customers.rules.quality.findings import CODES
from keyuan.organisation.models import ScopedRow

#: Column of each finding: its lists are read through an index that holds nobody else.
HAS = {code: f"has_{code.lower()}" for code in CODES}
#: Behind an order's own columns, so that a walk passes over what the filters leave out.
TAIL = ("level", "supplier", "branch_id", "sub_branch_id")


def _indexes() -> list[models.Index]:
    large = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [
        models.Index(
            fields=[*level, "score", "customer", *(name for name in TAIL if name not in level)], name=f"rq_{key}_score"
        )
        for key, level in large.items()
    ]
    for key in ("all", "br"):
        found.append(models.Index(fields=[*large[key], "level"], name=f"rq_{key}_level"))
        found.append(models.Index(fields=[*large[key], "supplier", "score", "customer"], name=f"rq_{key}_supp"))
        found += [
            models.Index(
                fields=[*large[key], "score", "customer", "level"],
                name=f"rq_{key}_f{place:02}",
                condition=models.Q(**{HAS[code]: True}),
            )
            for place, code in enumerate(CODES)
        ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    return found + [models.Index(fields=[column], name=f"rq_{key}") for key, column in small.items()]


class RecordQuality(ScopedRow):
    """The verdict on one living customer; derived, so that a run may make it anew at any time.

    ``findings`` has a bit for each of `rules.quality.FINDINGS`; the columns ``has_…`` repeat them for lists.
    ``complete`` to ``consistent`` are the dimensions, 0–100 each. ``clash`` says whether the identity number
    contradicts birthday or sex; NULL until it was compared. ``supplier`` is where the record came from
    (`rules.quality.suppliers`), ``entered_by_id`` the account that typed it.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="quality")
    score = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=4)
    findings = models.BigIntegerField(default=0)
    complete = models.PositiveSmallIntegerField()
    valid = models.PositiveSmallIntegerField()
    distinct = models.PositiveSmallIntegerField()
    fresh = models.PositiveSmallIntegerField()
    consistent = models.PositiveSmallIntegerField()
    clash = models.BooleanField(null=True, blank=True)
    supplier = models.CharField(max_length=48, blank=True, default="")
    entered_by_id = models.BigIntegerField(null=True, blank=True)
    changed_on = models.DateField(help_text="day on which score or findings last changed")
    has_no_name = models.BooleanField(default=False)
    has_no_phone = models.BooleanField(default=False)
    has_no_address = models.BooleanField(default=False)
    has_no_birthday = models.BooleanField(default=False)
    has_no_document = models.BooleanField(default=False)
    has_no_occupation = models.BooleanField(default=False)
    has_no_uscc = models.BooleanField(default=False)
    has_no_legal_rep = models.BooleanField(default=False)
    has_dead_number = models.BooleanField(default=False)
    has_unreached = models.BooleanField(default=False)
    has_email_bounced = models.BooleanField(default=False)
    has_address_returned = models.BooleanField(default=False)
    has_document_expired = models.BooleanField(default=False)
    has_birthday_odd = models.BooleanField(default=False)
    has_name_odd = models.BooleanField(default=False)
    has_uscc_wrong = models.BooleanField(default=False)
    has_duplicate = models.BooleanField(default=False)
    has_shared_number = models.BooleanField(default=False)
    has_stale = models.BooleanField(default=False)
    has_unverified = models.BooleanField(default=False)
    has_identity_clash = models.BooleanField(default=False)
    has_death_clash = models.BooleanField(default=False)

    class Meta:
        indexes = _indexes()


class QualityRules(models.Model):
    """One version of the weights and numbers; the newest is in force. ``content`` is what `Weights` reads."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    changed_by_id = models.BigIntegerField(null=True, blank=True)
    changed_by_name = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()


class QualityCount(models.Model):
    """What the records of a unit added up to at the end of a day, by channel; unit 0 is the whole book.

    ``sums`` holds the totals of score and dimensions, the records at each level and those with each finding. Kept for
    the book, branches and sub-branches; what is smaller is added up when it is asked for.
    """

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    records = models.PositiveIntegerField()
    sums = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_id", "day", "sales_channel"], name="quality_count_once"),
        ]
        indexes = [models.Index(fields=["day"], name="quality_count_day")]


class SupplierCount(models.Model):
    """What one supplier's records added up to at the end of a day, by branch (0: the whole book) and channel."""

    day = models.DateField()
    branch_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    supplier = models.CharField(max_length=48)
    records = models.PositiveIntegerField()
    score = models.BigIntegerField()
    invalid = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["branch_id", "day", "supplier", "sales_channel"], name="supplier_count_once"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="supplier_count_day")]


class QualityRun(models.Model):
    """A run over the whole book: for which day, how many records it read, how many changed, tasks it made."""

    day = models.DateField()
    read = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    tasks = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["day", "id"], name="quality_run_day")]


class Cleansing(models.Model):
    """The last cleansing task of a customer and the findings it is about: nobody has two of them open at once."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="cleansing")
    task = models.OneToOneField(Task, models.CASCADE, related_name="cleansing")
    findings = models.BigIntegerField()
    made_on = models.DateField()
