"""What is known of those who serve: skills and limits, ties to customers, first contacts, second contacts (CUS-9)."""

from django.db import models

from keyuan.customers.models.assignment import Assignment
from keyuan.customers.models.customer import Customer
from keyuan.organisation.models import Agent, ScopedRow


class ServiceProfile(models.Model):
    """What a service person can take: languages, skills, districts (region codes), at most how many customers.

    Lists are codes; ``load_cap`` empty means the limit of the rule. ``receives`` off pauses receiving.
    """

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="service_profile")
    languages = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    districts = models.JSONField(default=list)
    load_cap = models.PositiveIntegerField(null=True, blank=True)
    receives = models.BooleanField(default=True)
    pause_reason = models.CharField(max_length=100, blank=True, default="")
    version = models.PositiveIntegerField(default=1)


class ServicePairing(models.Model):
    """What stands between one customer and one service person: a wish, a refusal, a relationship by family."""

    class Kind(models.TextChoices):
        """What it is."""

        PREFERRED = "PREFERRED"
        REFUSED = "REFUSED"
        RELATIVE = "RELATIVE"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="service_pairings")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="service_pairings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    note = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "agent"], name="service_pairing_once")]


class FirstContact(ScopedRow):
    """The first contact that a new service person owes a customer; the level columns are those of the person's unit.

    It is kept by the first outgoing or incoming contact after the assignment; ended without one when somebody else
    serves.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="first_contacts")
    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="first_contact")
    assigned_at = models.DateTimeField()
    due_on = models.DateField()
    task_id = models.BigIntegerField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], name="first_all", condition=models.Q(ended_at__isnull=True)),
            models.Index(
                fields=["branch_id", "due_on", "id"], name="first_br", condition=models.Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["sub_branch_id", "due_on", "id"], name="first_sb", condition=models.Q(ended_at__isnull=True)
            ),
            models.Index(fields=["section_id"], name="first_sec", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["team_id"], name="first_team", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["servicing_agent_id"], name="first_agent", condition=models.Q(ended_at__isnull=True)),
        ]


class BackupContact(models.Model):
    """A second person whom a key customer can reach, beside the one who serves (at least two contacts)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="backup_contacts")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    created_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "agent"], condition=models.Q(valid_until__isnull=True), name="backup_contact_once"
            )
        ]
