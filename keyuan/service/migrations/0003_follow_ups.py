# Call-backs and follow-ups: plans, questionnaires, what is to be done, calls, answers.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0016_giving_order"),
        ("policies", "0012_direct_debit"),
        ("service", "0002_knowledge"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("trigger", models.CharField(blank=True, default="", max_length=20)),
                ("is_active", models.BooleanField(default=False)),
                ("content", models.JSONField(default=dict)),
                ("draft", models.JSONField(blank=True, null=True)),
                ("draft_by_id", models.BigIntegerField(blank=True, null=True)),
                ("draft_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("published_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("swept_until", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("servicing_agent_id", models.BigIntegerField(blank=True, null=True)),
                ("key", models.CharField(max_length=60, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("contact_channel", models.CharField(default="PHONE", max_length=10)),
                ("status", models.CharField(default="WAITING", max_length=10)),
                ("is_open", models.BooleanField(default=True)),
                ("pool_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("start_on", models.DateField()),
                ("due_on", models.DateField()),
                ("next_at", models.DateTimeField()),
                ("design", models.CharField(blank=True, default="", max_length=20)),
                ("is_regular", models.BooleanField(default=False)),
                ("is_simplified", models.BooleanField(default=False)),
                ("contact_point_id", models.BigIntegerField(blank=True, null=True)),
                ("number_index", models.BigIntegerField(blank=True, null=True)),
                ("calls", models.PositiveSmallIntegerField(default=0)),
                ("failed", models.PositiveSmallIntegerField(default=0)),
                ("last_result", models.CharField(blank=True, default="", max_length=20)),
                ("permit_id", models.BigIntegerField(blank=True, null=True)),
                ("is_misselling", models.BooleanField(default=False)),
                ("first_by_id", models.BigIntegerField(blank=True, null=True)),
                ("done_on", models.DateField(blank=True, null=True)),
                ("done_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("in_time", models.BooleanField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=200)),
                ("opened_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="customers.customer"
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="service.desk"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to="service.workorder",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="service.followup",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="policies.policy",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="service.followupplan",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_open", True)), fields=["due_on", "id"], name="fu_all_due"),
                    models.Index(condition=models.Q(("is_open", True)), fields=["next_at", "id"], name="fu_all_next"),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["branch_id", "due_on", "id"], name="fu_br_due"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["branch_id", "next_at", "id"], name="fu_br_next"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["sub_branch_id", "due_on", "id"],
                        name="fu_sb_due",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["sub_branch_id", "next_at", "id"],
                        name="fu_sb_next",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["status", "due_on", "id"], name="fu_all_st"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["kind", "due_on", "id"], name="fu_all_kind"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["owner_id", "due_on", "id"], name="fu_all_own"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["pool_id", "due_on", "id"], name="fu_all_pool"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "status", "due_on", "id"],
                        name="fu_br_st",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "kind", "due_on", "id"],
                        name="fu_br_kind",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "owner_id", "due_on", "id"],
                        name="fu_br_own",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "pool_id", "due_on", "id"],
                        name="fu_br_pool",
                    ),
                    models.Index(
                        condition=models.Q(("pool_id__isnull", False)),
                        fields=["pool_id", "status", "next_at"],
                        name="fu_pool_next",
                    ),
                    models.Index(fields=["start_on", "id", "kind", "status"], name="fu_all_ever"),
                    models.Index(fields=["branch_id", "start_on", "id", "kind", "status"], name="fu_br_ever"),
                    models.Index(fields=["sub_branch_id", "start_on", "id", "kind", "status"], name="fu_sb_ever"),
                    models.Index(fields=["status", "start_on", "id"], name="fu_all_st_ever"),
                    models.Index(fields=["kind", "start_on", "id"], name="fu_all_kind_ever"),
                    models.Index(fields=["branch_id", "status", "start_on", "id"], name="fu_br_st_ever"),
                    models.Index(fields=["branch_id", "kind", "start_on", "id"], name="fu_br_kind_ever"),
                    models.Index(fields=["section_id"], name="fu_sec"),
                    models.Index(fields=["team_id"], name="fu_team"),
                    models.Index(fields=["servicing_agent_id"], name="fu_agent"),
                    models.Index(condition=models.Q(("order__isnull", False)), fields=["order"], name="fu_order"),
                    models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="fu_parent"),
                ]
            },
        ),
        migrations.CreateModel(
            name="FollowUpCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("result", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("recording", models.CharField(blank=True, default="", max_length=80)),
                ("letter_no", models.CharField(blank=True, default="", max_length=40)),
                ("seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("appointed_at", models.DateTimeField(blank=True, null=True)),
                ("contact_point_id", models.BigIntegerField(blank=True, null=True)),
                ("permit_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_name", models.CharField(blank=True, default="", max_length=80)),
                ("token", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="service.followup"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionnaireVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("PUBLISHED", "Published"), ("REPLACED", "Replaced")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField(default=list)),
                ("written_by_id", models.BigIntegerField(blank=True, null=True)),
                ("written_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("published_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="service.questionnaire"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("questionnaire", "number"), name="questionnaire_version_once"),
                ]
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="questionnaire",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="service.questionnaireversion",
            ),
        ),
        migrations.CreateModel(
            name="FollowUpAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=20)),
                ("value", models.JSONField(default=list)),
                ("is_as_required", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField()),
                ("staff_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="service.followup"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("follow_up", "question"), name="follow_up_answer_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["plan_id", "due_on", "id"], name="fu_all_plan"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["branch_id", "plan_id", "due_on", "id"],
                name="fu_br_plan",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["plan_id", "start_on", "id"], name="fu_all_plan_ever"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["branch_id", "plan_id", "start_on", "id"], name="fu_br_plan_ever"),
        ),
    ]
