"""Web chat: conversations of visitors with the desk, their messages, who takes part, who is there (SRV-5)."""

from django.db import models
from django.db.models import Q

from keyuan.customers.models import Customer
from keyuan.organisation.models import ScopedRow
from keyuan.platform.crypto import SealedField
from keyuan.service.models.category import Category
from keyuan.service.models.desk import Desk
from keyuan.service.models.work_order import WorkOrder

WAITING, ACTIVE, ENDED = "WAITING", "ACTIVE", "ENDED"


def _indexes() -> list[models.Index]:
    """Indexes of the list by level; those of the queue hold open conversations only."""
    levels: dict[str, list[str]] = {"all": [], "br": ["branch_id"], "sb": ["sub_branch_id"]}
    found = [models.Index(fields=[*columns, "started_at", "id"], name=f"chat_{key}") for key, columns in levels.items()]
    found += [
        models.Index(fields=[*levels[level], column, "started_at", "id"], name=f"chat_{level}_{key}")
        for level in ("all", "br")
        for key, column in (("st", "status"), ("own", "owner_id"), ("rate", "rating"))
    ]
    small = {"sec": "section_id", "team": "team_id", "agent": "servicing_agent_id"}
    found += [models.Index(fields=[column], name=f"chat_{key}") for key, column in small.items()]
    return [
        *found,
        models.Index(fields=["desk", "rank", "queued_at", "id"], name="chat_queue", condition=Q(status=WAITING)),
        models.Index(fields=["owner_id", "id"], name="chat_hand", condition=Q(status=ACTIVE)),
        models.Index(fields=["last_at", "id"], name="chat_idle", condition=Q(status__in=(WAITING, ACTIVE))),
        models.Index(fields=["desk", "answered_at"], name="chat_pace"),
        models.Index(fields=["desk", "started_at", "id"], name="chat_desk"),
    ]


class Chat(ScopedRow):
    """One conversation. ``last_seq`` numbers its messages; who read up to where stands beside it.

    The visitor is whoever holds the token whose digest is kept. ``customer`` is attached by the desk, or by a code
    sent to the number held (then ``verified_at`` says when). ``wanted_id`` waits for one person after a transfer;
    ``passed_by_id`` handed it on and does not get it back by turn.
    """

    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=8, default=WAITING)
    token_digest = models.CharField(max_length=64, unique=True)
    visitor_name = models.CharField(max_length=30)
    language = models.CharField(max_length=10, default="zh-hans")
    consent_at = models.DateTimeField()
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="chats")
    verified_at = models.DateTimeField(null=True, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="chats", db_index=False)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=80, blank=True, default="")
    wanted_id = models.BigIntegerField(null=True, blank=True)
    passed_by_id = models.BigIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=30)
    started_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, blank=True, default="")
    last_seq = models.PositiveIntegerField(default=0)
    visitor_seq = models.PositiveIntegerField(default=0)
    staff_seq = models.PositiveIntegerField(default=0)
    visitor_seen_at = models.DateTimeField()
    is_unanswered = models.BooleanField(default=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_note = models.CharField(max_length=300, blank=True, default="")
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="chats")
    reopened = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = _indexes()

    def __str__(self) -> str:
        return self.number


class ChatMessage(models.Model):
    """One line of a conversation. ``key`` is the sender's own name for it: sent twice, it is one.

    Numbers of persons, cards and phones are masked in ``text``; the whole text is sealed beside it. ``NOTE`` is for
    colleagues only. System lines are a ``code`` with ``params``, said in the reader's language.
    """

    class Kind(models.TextChoices):
        """Whose line it is."""

        VISITOR = "VISITOR"
        STAFF = "STAFF"
        SYSTEM = "SYSTEM"
        NOTE = "NOTE"

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    key = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True, default="")
    params = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True, default="")
    whole = SealedField("message_values")
    words = models.CharField(max_length=200, blank=True, default="")
    attachment_id = models.BigIntegerField(null=True, blank=True)
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff_name = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "seq"], name="chat_message_seq"),
            models.UniqueConstraint(fields=["chat", "key"], name="chat_message_once", condition=Q(key__gt="")),
        ]


class ChatHelper(models.Model):
    """A colleague who takes part beside the owner: asked in, or watching as a supervisor."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="helpers", db_index=False)
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=80)
    seen_seq = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "user_id"], name="chat_helper_once")]
        indexes = [models.Index(fields=["user_id", "id"], name="chat_helper_user")]


class ChatSeat(models.Model):
    """Whether a representative takes conversations now; ``capacity`` is their own limit, empty for the house's."""

    class State(models.TextChoices):
        """What colleagues see."""

        ONLINE = "ONLINE"
        BUSY = "BUSY"
        AWAY = "AWAY"
        OFFLINE = "OFFLINE"

    user_id = models.BigIntegerField(primary_key=True)
    user_name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFLINE)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="chat_seat_seen", condition=~Q(state="OFFLINE"))]


class ChatCode(models.Model):
    """A one-time code sent to a number held: only its digest is kept, for ten minutes and five tries."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="codes")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)


class ChatPolicy(models.Model):
    """How the desk chats: one row. Minutes of silence until the warning, and from it to the end; of coming back."""

    is_on = models.BooleanField(default=True)
    hours_key = models.CharField(max_length=20, default="desk")
    capacity = models.PositiveSmallIntegerField(default=4)
    warn_minutes = models.PositiveSmallIntegerField(default=5)
    end_minutes = models.PositiveSmallIntegerField(default=5)
    reopen_minutes = models.PositiveSmallIntegerField(default=30)
    greeting = models.CharField(max_length=300, blank=True, default="")
    notice = models.CharField(max_length=600, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
