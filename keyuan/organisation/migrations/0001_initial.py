import django.db.models.deletion
import keyuan.platform.crypto.field
import keyuan.platform.textfield
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Partner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("AGENCY", "Agency"), ("BANK", "Bank"), ("BROKER", "Broker")], max_length=10
                    ),
                ),
                ("licence_no", models.CharField(blank=True, default="", max_length=40)),
                ("contract_from", models.DateField(blank=True, null=True)),
                ("contract_until", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("staff_no", keyuan.platform.textfield.CodePointField(max_length=20, unique=True)),
                ("name", keyuan.platform.textfield.CodePointField(max_length=40)),
                ("name_pinyin", models.CharField(blank=True, default="", max_length=120)),
                ("email", keyuan.platform.crypto.field.SealedField("email", blank=True, null=True)),
                ("phone", keyuan.platform.crypto.field.SealedField("phone", blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("must_change_password", models.BooleanField(default=False)),
                ("password_changed_at", models.DateTimeField(blank=True, null=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("totp_secret", keyuan.platform.crypto.field.SealedField("otp_secret", blank=True, null=True)),
                ("totp_confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("totp_last_step", models.BigIntegerField(default=0)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("joined_on", models.DateField(blank=True, null=True)),
                ("left_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["is_active", "staff_no", "id"], name="user_active_staff"),
                    models.Index(fields=["last_seen_at", "id"], name="user_last_seen"),
                    models.Index(fields=["name", "id"], name="user_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("servicing_agent_id", models.BigIntegerField(blank=True, null=True)),
                ("agent_no", keyuan.platform.textfield.CodePointField(max_length=20, unique=True)),
                ("name", keyuan.platform.textfield.CodePointField(max_length=40)),
                ("name_pinyin", keyuan.platform.textfield.CodePointField(blank=True, default="", max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[("ACTIVE", "Active"), ("LEFT", "Left"), ("SUSPENDED", "Suspended")],
                        default="ACTIVE",
                        max_length=10,
                    ),
                ),
                ("seller_rank", models.PositiveSmallIntegerField(default=1)),
                ("joined_on", models.DateField(blank=True, null=True)),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agents",
                        to="organisation.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "id"], name="agent_name"),
                    models.Index(fields=["name_pinyin", "id"], name="agent_pinyin"),
                    models.Index(fields=["branch_id", "agent_no", "id"], name="agent_branch"),
                    models.Index(fields=["sub_branch_id", "agent_no", "id"], name="agent_sub_branch"),
                    models.Index(fields=["branch_id", "name", "id"], name="agent_branch_name"),
                    models.Index(fields=["sub_branch_id", "name", "id"], name="agent_sub_branch_name"),
                    models.Index(fields=["section_id"], name="agent_section"),
                    models.Index(fields=["team_id"], name="agent_team"),
                ]
            },
        ),
        migrations.CreateModel(
            name="PasswordRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128)),
                ("replaced_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=128)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("description", models.CharField(blank=True, default="", max_length=200)),
                ("home", models.CharField(blank=True, default="", max_length=40)),
                (
                    "default_reach",
                    models.CharField(
                        choices=[("self", "self"), ("unit", "unit"), ("channel", "channel"), ("all", "all")],
                        default="unit",
                        max_length=10,
                    ),
                ),
                ("outsourced", models.BooleanField(default=False)),
                ("reveal_quota", models.PositiveIntegerField(default=50)),
                ("requires_totp", models.BooleanField(default=False)),
                ("is_builtin", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["name", "id"], name="role_name")],
            },
        ),
        migrations.CreateModel(
            name="SignInPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("min_length", models.PositiveSmallIntegerField(default=8)),
                ("min_classes", models.PositiveSmallIntegerField(default=3)),
                ("history", models.PositiveSmallIntegerField(default=5)),
                ("max_age_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("help_line", models.CharField(blank=True, default="", max_length=80)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_sign_in_policy"),
                    models.CheckConstraint(
                        condition=models.Q(("min_length__gte", 8)), name="password_length_at_least_8"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_classes__lte", 4)), name="password_classes_at_most_4"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", keyuan.platform.textfield.CodePointField(max_length=20, unique=True)),
                ("name", keyuan.platform.textfield.CodePointField(max_length=60)),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Head Office"), (2, "Branch"), (3, "Sub Branch"), (4, "Section"), (5, "Team")]
                    ),
                ),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("region_code", models.CharField(blank=True, default="", max_length=6)),
                ("phone", models.CharField(blank=True, default="", max_length=30)),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("head_office_id", models.IntegerField(editable=False, null=True)),
                ("branch_id", models.IntegerField(editable=False, null=True)),
                ("sub_branch_id", models.IntegerField(editable=False, null=True)),
                ("section_id", models.IntegerField(editable=False, null=True)),
                ("team_id", models.IntegerField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["head_office_id", "code", "id"], name="unit_head_office"),
                    models.Index(fields=["branch_id", "code", "id"], name="unit_branch"),
                    models.Index(fields=["sub_branch_id", "code", "id"], name="unit_sub_branch"),
                    models.Index(fields=["section_id", "code", "id"], name="unit_section"),
                    models.Index(fields=["team_id", "code", "id"], name="unit_team"),
                    models.Index(fields=["level", "code", "id"], name="unit_level_code"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                (
                    "reach",
                    models.CharField(
                        choices=[("self", "self"), ("unit", "unit"), ("channel", "channel"), ("all", "all")],
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("is_primary", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="posts",
                        to="organisation.agent",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="organisation.role"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "role", "id"], name="post_unit_role"),
                ]
            },
        ),
        migrations.AddField(
            model_name="agent",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agents", to="organisation.unit"
            ),
        ),
        migrations.CreateModel(
            name="Licence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("licence_no", models.CharField(max_length=40)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="licences", to="organisation.agent"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("licence_no",), name="licence_no_once")],
            },
        ),
        migrations.CreateModel(
            name="RoleField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field_key", models.CharField(max_length=40)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("hidden", "hidden"),
                            ("strict", "strict"),
                            ("masked", "masked"),
                            ("reveal", "reveal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="field_levels", to="organisation.role"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("role", "field_key"), name="role_field_once")],
            },
        ),
        migrations.CreateModel(
            name="RolePermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("permission", models.CharField(max_length=60)),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="organisation.role"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("role", "permission"), name="role_permission_once")],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("device", models.CharField(blank=True, default="", max_length=200)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisation.post",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-seen_at"], name="sign_in_user_seen")],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent__isnull", True)),
                    models.Q(("level__gt", 1), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="unit_root_has_no_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="post_ends_after_start",
            ),
        ),
    ]
