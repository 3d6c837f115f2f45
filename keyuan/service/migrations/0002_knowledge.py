# The knowledge base, improvement items, service stars.

import django.db.models.deletion
import keyuan.platform.textfield
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0003_catalogue_whole"),
        ("service", "0001_work_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthlyReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("minutes", models.TextField(blank=True, default="")),
                ("held_on", models.DateField(blank=True, null=True)),
                ("people", models.CharField(blank=True, default="", max_length=300)),
                ("written_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("written_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Synonyms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="ImprovementItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("source", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=120)),
                ("cause", models.TextField(blank=True, default="")),
                ("measure", models.TextField(blank=True, default="")),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("due_on", models.DateField()),
                ("state", models.CharField(default="OPEN", max_length=10)),
                ("indicator", models.CharField(blank=True, default="", max_length=30)),
                ("about", models.JSONField(blank=True, default=dict)),
                ("before_from", models.DateField(blank=True, null=True)),
                ("before_until", models.DateField(blank=True, null=True)),
                ("after_from", models.DateField(blank=True, null=True)),
                ("after_until", models.DateField(blank=True, null=True)),
                ("before_value", models.BigIntegerField(blank=True, null=True)),
                ("before_cases", models.PositiveIntegerField(blank=True, null=True)),
                ("after_value", models.BigIntegerField(blank=True, null=True)),
                ("after_cases", models.PositiveIntegerField(blank=True, null=True)),
                ("measured_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.CharField(blank=True, default="", max_length=500)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("reminded_on", models.DateField(blank=True, null=True)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("token", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ("created_by_id", models.BigIntegerField(blank=True, null=True)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="improvements",
                        to="service.workorder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_on", "id"], name="imp_due"),
                    models.Index(fields=["opened_on", "id"], name="imp_opened"),
                    models.Index(fields=["state", "due_on", "id"], name="imp_state"),
                    models.Index(fields=["source", "due_on", "id"], name="imp_source"),
                    models.Index(fields=["owner_id", "due_on", "id"], name="imp_owner"),
                    models.Index(
                        condition=models.Q(("closed_on__isnull", False)), fields=["closed_on"], name="imp_closed"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ImprovementEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=12)),
                ("state", models.CharField(blank=True, default="", max_length=10)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("staff_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="service.improvementitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KnowledgeCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
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
                        to="service.knowledgecategory",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(default="ARTICLE", max_length=8)),
                ("title", models.CharField(max_length=120)),
                ("summary", models.CharField(blank=True, default="", max_length=300)),
                ("plain", models.TextField(blank=True, default="")),
                ("folded", models.TextField(blank=True, default="")),
                ("tags", models.JSONField(blank=True, default=list)),
                ("audience", models.CharField(default="INSIDE", max_length=8)),
                ("state", models.CharField(default="DRAFT", max_length=10)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("review_on", models.DateField(blank=True, null=True)),
                ("reminded_on", models.DateField(blank=True, null=True)),
                ("number_in_force", models.PositiveIntegerField(default=0)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField()),
                ("useful", models.PositiveIntegerField(default=0)),
                ("useless", models.PositiveIntegerField(default=0)),
                ("uses", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="service.knowledgecategory",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["updated_at", "id"], name="know_updated"),
                    models.Index(fields=["state", "updated_at", "id"], name="know_state"),
                    models.Index(fields=["category", "updated_at", "id"], name="know_category"),
                    models.Index(fields=["kind", "updated_at", "id"], name="know_kind"),
                    models.Index(fields=["audience", "updated_at", "id"], name="know_audience"),
                    models.Index(fields=["owner_id", "updated_at", "id"], name="know_owner"),
                    models.Index(fields=["review_on", "id"], name="know_review"),
                    models.Index(fields=["state", "uses", "id"], name="know_used"),
                    models.Index(condition=models.Q(("state", "PUBLISHED")), fields=["valid_until"], name="know_until"),
                ]
            },
        ),
        migrations.CreateModel(
            name="SearchMiss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", keyuan.platform.textfield.CodePointField(max_length=60, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("state", models.CharField(default="OPEN", max_length=8)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="service.article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "count", "id"], name="know_miss_count"),
                ]
            },
        ),
        migrations.CreateModel(
            name="StarNomination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("user_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=300)),
                ("by_id", models.BigIntegerField(blank=True, null=True)),
                ("by_name", models.CharField(blank=True, default="", max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("month", "user_id"), name="star_once")],
            },
        ),
        migrations.CreateModel(
            name="StarVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("voter_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="service.starnomination"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "voter_id"), name="star_vote_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="ArticleFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("user_id", models.BigIntegerField()),
                ("user_name", models.CharField(blank=True, default="", max_length=80)),
                ("is_useful", models.BooleanField()),
                ("comment", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField()),
                ("is_open", models.BooleanField(default=False)),
                ("answer", models.CharField(blank=True, default="", max_length=300)),
                ("handled_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="service.article"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_open", True)), fields=["at", "id"], name="know_said_open")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "number", "user_id"), name="know_said_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="product_ties", to="service.article"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="products.product"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("article", "product"), name="know_product_once")],
            },
        ),
        migrations.CreateModel(
            name="ArticleRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="service.article",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "article"], name="know_read_day")],
                "constraints": [models.UniqueConstraint(fields=("article", "day", "user_id"), name="know_read_once")],
            },
        ),
        migrations.CreateModel(
            name="ArticleTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=1)),
                ("gram", keyuan.platform.textfield.CodePointField(max_length=16)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="service.article"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place", "gram", "article"), name="know_term_once")],
            },
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("place", models.CharField(max_length=8)),
                ("chat_id", models.BigIntegerField(blank=True, null=True)),
                ("user_id", models.BigIntegerField(blank=True, null=True)),
                ("user_name", models.CharField(blank=True, default="", max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="service.article"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="knowledge_uses",
                        to="service.workorder",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at", "article"], name="know_use_at")],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("state", models.CharField(default="DRAFT", max_length=10)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(max_length=120)),
                ("summary", models.CharField(blank=True, default="", max_length=300)),
                ("body", models.TextField()),
                ("tags", models.JSONField(blank=True, default=list)),
                ("audience", models.CharField(default="INSIDE", max_length=8)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("product_ids", models.JSONField(blank=True, default=list)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("written_by_id", models.BigIntegerField(blank=True, null=True)),
                ("written_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("writers", models.JSONField(blank=True, default=list)),
                ("written_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=300)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="service.article"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("REVIEW", "APPROVED"))),
                        fields=["state", "written_at"],
                        name="know_waits",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "number"), name="know_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("DRAFT", "REVIEW", "APPROVED"))),
                        fields=("article",),
                        name="know_one_open",
                    ),
                ],
            },
        ),
    ]
