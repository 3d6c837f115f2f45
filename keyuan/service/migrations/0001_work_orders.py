# Work orders and complaints with everything they hang on.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0015_summary_born"),
        ("organisation", "0006_provider_sessions"),
        ("policies", "0008_suspended_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Desk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("supervisor_id", models.BigIntegerField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("kind", models.CharField(blank=True, default="", max_length=10)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="service.category",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["position", "id"], name="svc_category_order")],
            },
        ),
        migrations.CreateModel(
            name="WorkOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("servicing_agent_id", models.BigIntegerField(blank=True, null=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("subtype", models.CharField(blank=True, default="", max_length=14)),
                ("contact_channel", models.CharField(max_length=10)),
                ("caller_name", models.CharField(blank=True, default="", max_length=60)),
                ("title", models.CharField(max_length=100)),
                ("description", models.TextField(blank=True, default="")),
                ("priority", models.PositiveSmallIntegerField(default=3)),
                ("tier", models.CharField(blank=True, default="", max_length=10)),
                ("rank", models.PositiveSmallIntegerField(default=30)),
                ("status", models.CharField(default="RECEIVED", max_length=12)),
                ("is_open", models.BooleanField(default=True)),
                ("pool_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("due_key", models.CharField(blank=True, default="", max_length=20)),
                ("is_paused", models.BooleanField(default=False)),
                ("mark", models.CharField(blank=True, default="", max_length=4)),
                ("received_at", models.DateTimeField()),
                ("responded_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("told_how", models.CharField(blank=True, default="", max_length=10)),
                ("confirmed_how", models.CharField(blank=True, default="", max_length=10)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("solution", models.TextField(blank=True, default="")),
                ("conclusion", models.CharField(blank=True, default="", max_length=500)),
                ("cause", models.CharField(blank=True, default="", max_length=20)),
                ("wait_reason", models.CharField(blank=True, default="", max_length=20)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("chased", models.PositiveSmallIntegerField(default=0)),
                ("token", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(blank=True, null=True)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="service.category",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="customers.customer",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                        related_name="children",
                        to="service.workorder",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="policies.policy",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="service.desk",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_open", True)), fields=["due_at", "id"], name="wo_all_due"),
                    models.Index(condition=models.Q(("is_open", True)), fields=["rank", "id"], name="wo_all_rank"),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["received_at", "id"], name="wo_all_new"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["branch_id", "due_at", "id"], name="wo_br_due"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["branch_id", "rank", "id"], name="wo_br_rank"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "received_at", "id"],
                        name="wo_br_new",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["sub_branch_id", "due_at", "id"],
                        name="wo_sb_due",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["sub_branch_id", "rank", "id"], name="wo_sb_rank"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["sub_branch_id", "received_at", "id"],
                        name="wo_sb_new",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["status", "due_at", "id"], name="wo_all_st"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["kind", "due_at", "id"], name="wo_all_kind"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["owner_id", "due_at", "id"], name="wo_all_own"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["pool_id", "due_at", "id"], name="wo_all_pool"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["mark", "due_at", "id"], name="wo_all_mark"
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "status", "due_at", "id"],
                        name="wo_br_st",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "kind", "due_at", "id"],
                        name="wo_br_kind",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "owner_id", "due_at", "id"],
                        name="wo_br_own",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "pool_id", "due_at", "id"],
                        name="wo_br_pool",
                    ),
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["branch_id", "mark", "due_at", "id"],
                        name="wo_br_mark",
                    ),
                    models.Index(
                        condition=models.Q(("pool_id__isnull", False)),
                        fields=["pool_id", "rank", "id"],
                        name="wo_pool_rank",
                    ),
                    models.Index(fields=["received_at", "id"], name="wo_all_ever"),
                    models.Index(fields=["branch_id", "received_at", "id"], name="wo_br_ever"),
                    models.Index(fields=["sub_branch_id", "received_at", "id"], name="wo_sb_ever"),
                    models.Index(fields=["status", "received_at", "id"], name="wo_all_st_ever"),
                    models.Index(fields=["kind", "received_at", "id"], name="wo_all_kind_ever"),
                    models.Index(fields=["closed_on", "received_at", "id"], name="wo_all_closed_ever"),
                    models.Index(fields=["branch_id", "status", "received_at", "id"], name="wo_br_st_ever"),
                    models.Index(fields=["branch_id", "kind", "received_at", "id"], name="wo_br_kind_ever"),
                    models.Index(fields=["branch_id", "closed_on", "received_at", "id"], name="wo_br_closed_ever"),
                    models.Index(fields=["section_id"], name="wo_sec"),
                    models.Index(fields=["team_id"], name="wo_team"),
                    models.Index(fields=["servicing_agent_id"], name="wo_agent"),
                    models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="wo_parent"),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="wo_merged"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="complaint",
                        serialize=False,
                        to="service.workorder",
                    ),
                ),
                ("source", models.CharField(default="CUSTOMER", max_length=20)),
                ("regulator_no", models.CharField(blank=True, default="", max_length=40)),
                ("regulator_due_on", models.DateField(blank=True, null=True)),
                ("line", models.CharField(blank=True, default="", max_length=14)),
                ("level", models.CharField(default="GENERAL", max_length=8)),
                ("capacity", models.CharField(default="SELF", max_length=10)),
                ("claimant_name", models.CharField(blank=True, default="", max_length=60)),
                ("has_authority", models.BooleanField(default=False)),
                ("has_identity", models.BooleanField(default=False)),
                ("has_kinship", models.BooleanField(default=False)),
                ("representatives", models.PositiveSmallIntegerField(default=0)),
                ("group_size", models.PositiveIntegerField(default=1)),
                ("is_repeated", models.BooleanField(default=False)),
                ("is_proxy_sign", models.BooleanField(default=False)),
                ("term", models.PositiveSmallIntegerField(default=15)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("facts", models.TextField(blank=True, default="")),
                ("basis", models.TextField(blank=True, default="")),
                ("decision", models.CharField(blank=True, default="", max_length=10)),
                ("remedies", models.JSONField(blank=True, default=list)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=80)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("compensation", models.BigIntegerField(default=0)),
                ("responsibility", models.CharField(blank=True, default="", max_length=200)),
                ("improvement", models.CharField(blank=True, default="", max_length=200)),
                ("improvement_owner", models.CharField(blank=True, default="", max_length=80)),
                ("improvement_due_on", models.DateField(blank=True, null=True)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["received_at", "order"], name="cpl_received")],
            },
        ),
        migrations.CreateModel(
            name="Accused",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField(blank=True, null=True)),
                ("agent_id", models.BigIntegerField(blank=True, null=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accused", to="service.complaint"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("agent_id__isnull", False)), fields=["agent_id"], name="accused_agent"
                    ),
                    models.Index(
                        condition=models.Q(("user_id__isnull", False)), fields=["user_id"], name="accused_user"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("term", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("status", models.CharField(default="ASKED", max_length=10)),
                ("asked_by_id", models.BigIntegerField(blank=True, null=True)),
                ("asked_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="service.complaint"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "ASKED")), fields=("complaint",), name="cpl_one_extension_asked"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("answer", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="service.complaint"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("complaint",),
                        name="cpl_one_review_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("skills", models.JSONField(blank=True, default=list)),
                ("capacity", models.PositiveSmallIntegerField(default=30)),
                ("is_away", models.BooleanField(default=False)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="service.desk"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user_id"], name="svc_member_user")],
                "constraints": [models.UniqueConstraint(fields=("desk", "user_id"), name="svc_member_once")],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="followers", to="service.workorder"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "user_id"), name="wo_follower_once")],
            },
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("body", models.CharField(max_length=1000)),
                ("is_reply", models.BooleanField(default=True)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["name", "id"], name="svc_macro_name")],
            },
        ),
        migrations.CreateModel(
            name="OrderEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("MOVE", "Move"),
                            ("NOTE", "Note"),
                            ("REPLY", "Reply"),
                            ("INBOUND", "Inbound"),
                            ("CLOCK", "Clock"),
                        ],
                        max_length=8,
                    ),
                ),
                ("act", models.CharField(blank=True, default="", max_length=20)),
                ("source", models.CharField(blank=True, default="", max_length=12)),
                ("target", models.CharField(blank=True, default="", max_length=12)),
                ("code", models.CharField(blank=True, default="", max_length=20)),
                ("text", models.TextField(blank=True, default="")),
                ("staff_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="service.workorder"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=100)),
                ("kinds", models.JSONField(blank=True, default=list)),
                ("categories", models.JSONField(blank=True, default=list)),
                ("channels", models.JSONField(blank=True, default=list)),
                ("tiers", models.JSONField(blank=True, default=list)),
                ("branch_id", models.IntegerField(blank=True, null=True)),
                ("is_pushed", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="service.desk"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("category_code", models.CharField(blank=True, default="", max_length=20)),
                ("tier", models.CharField(blank=True, default="", max_length=10)),
                ("first_minutes", models.PositiveIntegerField()),
                ("solution_minutes", models.PositiveIntegerField()),
                ("hours_key", models.CharField(default="desk", max_length=20)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "category_code", "tier"), name="svc_target_once")
                ],
            },
        ),
    ]
