"""Call-backs of new contracts and other follow-ups: plans, questionnaires, calls, answers (SRV-8)."""

from django.db import models
from django.db.models import Q

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.policies.models import Policy
from keyuan.service.models.desk import Desk
from keyuan.service.models.work_order import WorkOrder

LEVELS: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
SMALL = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
IS_OPEN = Q(is_open=True)
#: Filters that have an index with the order of deadlines.
FILTERS = {"st": "status", "kind": "kind", "own": "owner_id", "pool": "pool_id", "plan": "plan_id"}


class Questionnaire(models.Model):
    """What is asked, under one code; its versions hold the questions. ``version`` of the row guards two editors."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class QuestionnaireVersion(models.Model):
    """One version: a draft until somebody else publishes it, then never changed; ``content`` as `rules` write it."""

    class Status(models.TextChoices):
        """Being written, in use, or replaced by a newer one."""

        DRAFT = "DRAFT"
        PUBLISHED = "PUBLISHED"
        REPLACED = "REPLACED"

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    content = models.JSONField(default=list)
    written_by_id = models.BigIntegerField(null=True, blank=True)
    written_by_name = models.CharField(max_length=80, blank=True, default="")
    published_by_name = models.CharField(max_length=80, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once")]


class FollowUpPlan(models.Model):
    """When, for whom and how follow-ups are made: ``content`` is in force, ``draft`` waits for a second person.

    ``trigger`` and ``is_active`` repeat what is in force. ``swept_until`` is the last day the night has gone through.
    """

    code = models.CharField(max_length=20, unique=True)
    trigger = models.CharField(max_length=20, blank=True, default="")
    is_active = models.BooleanField(default=False)
    content = models.JSONField(default=dict)
    draft = models.JSONField(null=True, blank=True)
    draft_by_id = models.BigIntegerField(null=True, blank=True)
    draft_by_name = models.CharField(max_length=80, blank=True, default="")
    published_by_name = models.CharField(max_length=80, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    swept_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str((self.draft or self.content or {}).get("name", self.code))


def _indexes() -> list[models.Index]:
    """Indexes of the queue hold what is open: they stay small however many call-backs there have been."""
    queue = [
        models.Index(fields=[*columns, sort, "id"], name=f"fu_{level}_{key}", condition=IS_OPEN)
        for level, columns in LEVELS.items()
        for key, sort in (("due", "due_on"), ("next", "next_at"))
    ]
    queue += [
        models.Index(fields=[*LEVELS[level], column, "due_on", "id"], name=f"fu_{level}_{key}", condition=IS_OPEN)
        for level in ("all", "br")
        for key, column in FILTERS.items()
    ]
    queue.append(
        models.Index(fields=["pool_id", "status", "next_at"], name="fu_pool_next", condition=Q(pool_id__isnull=False))
    )
    ever = [
        models.Index(fields=[*columns, "start_on", "id", "kind", "status"], name=f"fu_{level}_ever")
        for level, columns in LEVELS.items()
    ]
    ever += [
        models.Index(fields=[*LEVELS[level], column, "start_on", "id"], name=f"fu_{level}_{key}_ever")
        for level in ("all", "br")
        for key, column in (("st", "status"), ("kind", "kind"), ("plan", "plan_id"))
    ]
    small = [models.Index(fields=[column], name=f"fu_{key}") for key, column in SMALL.items()]
    return [*queue, *ever, *small]


class FollowUp(ScopedRow):
    """One call-back or follow-up. ``key`` says what it came of, so that it is opened once.

    ``start_on`` is the day of what it is about (the receipt), ``due_on`` the last day in time, ``next_at`` from when on
    somebody can call. ``pool_id`` repeats the desk while nobody has taken it. The number held when it was opened is
    ``contact_point_id`` with its blind index ``number_index``: no other may be called unless policy service changed it.
    ``parent`` is the successful call that this one checks again.

    ``contact_channel`` is the way it stands at, ``way_at`` when the next step of its ways is due (a questionnaire to
    send, or waited for long enough). ``asked_ways`` are the ways tried, ``read_way`` that of the link opened last,
    ``done_way`` the one that brought the answers.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10)
    plan = models.ForeignKey(FollowUpPlan, models.PROTECT, related_name="+", db_index=False)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="follow_ups")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    contact_channel = models.CharField(max_length=10, default="PHONE")
    status = models.CharField(max_length=10, default="WAITING")
    is_open = models.BooleanField(default=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    pool_id = models.BigIntegerField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    start_on = models.DateField()
    due_on = models.DateField()
    next_at = models.DateTimeField()
    design = models.CharField(max_length=20, blank=True, default="")
    is_regular = models.BooleanField(default=False)
    is_simplified = models.BooleanField(default=False)
    contact_point_id = models.BigIntegerField(null=True, blank=True)
    number_index = models.BigIntegerField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    failed = models.PositiveSmallIntegerField(default=0)
    last_result = models.CharField(max_length=20, blank=True, default="")
    permit_id = models.BigIntegerField(null=True, blank=True)
    order = models.ForeignKey(
        WorkOrder, models.SET_NULL, null=True, blank=True, related_name="follow_ups", db_index=False
    )
    is_misselling = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="checks", db_index=False)
    first_by_id = models.BigIntegerField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by_name = models.CharField(max_length=80, blank=True, default="")
    in_time = models.BooleanField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True, default="")
    opened_at = models.DateTimeField()
    way_at = models.DateTimeField(null=True, blank=True)
    asked_ways = models.CharField(max_length=40, blank=True, default="", db_default="")
    read_way = models.CharField(max_length=10, blank=True, default="", db_default="")
    done_way = models.CharField(max_length=10, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            *_indexes(),
            models.Index(fields=["way_at", "id"], name="fu_way", condition=Q(way_at__isnull=False)),
            # What the night goes through: contracts of open call-backs.
            models.Index(fields=["id"], name="fu_open_policy", condition=IS_OPEN & Q(policy__isnull=False)),
            models.Index(fields=["order"], name="fu_order", condition=Q(order__isnull=False)),
            models.Index(fields=["parent"], name="fu_parent", condition=Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key


class FollowUpCall(models.Model):
    """One attempt: when, who, which result, where the recording is; ``token`` makes a double click one call."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    result = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True, default="")
    recording = models.CharField(max_length=80, blank=True, default="")
    letter_no = models.CharField(max_length=40, blank=True, default="")
    seconds = models.PositiveIntegerField(null=True, blank=True)
    appointed_at = models.DateTimeField(null=True, blank=True)
    contact_point_id = models.BigIntegerField(null=True, blank=True)
    permit_id = models.BigIntegerField(null=True, blank=True)
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")
    token = models.CharField(max_length=64, null=True, blank=True, unique=True)


class FollowUpAnswer(models.Model):
    """The answer to one question as it stands, kept as it is given; ``value`` is a list of codes, or one text."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20)
    value = models.JSONField(default=list)
    is_as_required = models.BooleanField(default=False)
    answered_at = models.DateTimeField()
    staff_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "question"], name="follow_up_answer_once")]


class FollowUpLink(models.Model):
    """A questionnaire sent as a link: the token is kept as a hash, and nothing of what the message said.

    ``not_sent_because`` says why no message left; such a row is no link. ``tries`` counts wrong dates of birth.
    ``ended_at`` ends it before its time, with ``end_reason``.
    """

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="links")
    contact_channel = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=80, blank=True, default="")
    expires_at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True, blank=True)
    not_sent_because = models.CharField(max_length=60, blank=True, default="")
    opened_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["message_id"], name="fu_link_message", condition=Q(message_id__isnull=False))]
