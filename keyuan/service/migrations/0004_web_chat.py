# Web chat: conversations, their messages, who takes part, who is there.

import django.db.models.deletion
import keyuan.platform.crypto.field
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0016_giving_order"),
        ("service", "0003_follow_ups"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_on", models.BooleanField(default=True)),
                ("hours_key", models.CharField(default="desk", max_length=20)),
                ("capacity", models.PositiveSmallIntegerField(default=4)),
                ("warn_minutes", models.PositiveSmallIntegerField(default=5)),
                ("end_minutes", models.PositiveSmallIntegerField(default=5)),
                ("reopen_minutes", models.PositiveSmallIntegerField(default=30)),
                ("greeting", models.CharField(blank=True, default="", max_length=300)),
                ("notice", models.CharField(blank=True, default="", max_length=600)),
                ("version", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Chat",
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
                ("status", models.CharField(default="WAITING", max_length=8)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("visitor_name", models.CharField(max_length=30)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("consent_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("owner_name", models.CharField(blank=True, default="", max_length=80)),
                ("wanted_id", models.BigIntegerField(blank=True, null=True)),
                ("rank", models.PositiveSmallIntegerField(default=30)),
                ("started_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField()),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("last_at", models.DateTimeField()),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=8)),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("visitor_seq", models.PositiveIntegerField(default=0)),
                ("staff_seq", models.PositiveIntegerField(default=0)),
                ("visitor_seen_at", models.DateTimeField()),
                ("is_unanswered", models.BooleanField(default=True)),
                ("rating", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("rating_note", models.CharField(blank=True, default="", max_length=300)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
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
                        related_name="chats",
                        to="customers.customer",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chats",
                        to="service.desk",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chats",
                        to="service.workorder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["started_at", "id"], name="chat_all"),
                    models.Index(fields=["branch_id", "started_at", "id"], name="chat_br"),
                    models.Index(fields=["sub_branch_id", "started_at", "id"], name="chat_sb"),
                    models.Index(fields=["status", "started_at", "id"], name="chat_all_st"),
                    models.Index(fields=["owner_id", "started_at", "id"], name="chat_all_own"),
                    models.Index(fields=["rating", "started_at", "id"], name="chat_all_rate"),
                    models.Index(fields=["branch_id", "status", "started_at", "id"], name="chat_br_st"),
                    models.Index(fields=["branch_id", "owner_id", "started_at", "id"], name="chat_br_own"),
                    models.Index(fields=["branch_id", "rating", "started_at", "id"], name="chat_br_rate"),
                    models.Index(fields=["section_id"], name="chat_sec"),
                    models.Index(fields=["team_id"], name="chat_team"),
                    models.Index(fields=["servicing_agent_id"], name="chat_agent"),
                    models.Index(
                        condition=models.Q(("status", "WAITING")),
                        fields=["desk", "rank", "queued_at", "id"],
                        name="chat_queue",
                    ),
                    models.Index(condition=models.Q(("status", "ACTIVE")), fields=["owner_id", "id"], name="chat_hand"),
                    models.Index(
                        condition=models.Q(("status__in", ("WAITING", "ACTIVE"))),
                        fields=["last_at", "id"],
                        name="chat_idle",
                    ),
                    models.Index(fields=["desk", "answered_at"], name="chat_pace"),
                ]
            },
        ),
        migrations.CreateModel(
            name="ChatCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "chat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="service.chat"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChatHelper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("user_name", models.CharField(max_length=80)),
                ("seen_seq", models.PositiveIntegerField(default=0)),
                ("joined_at", models.DateTimeField()),
                (
                    "chat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="helpers",
                        to="service.chat",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "id"], name="chat_helper_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chat", "user_id"), name="chat_helper_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("key", models.CharField(blank=True, default="", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("VISITOR", "Visitor"), ("STAFF", "Staff"), ("SYSTEM", "System"), ("NOTE", "Note")],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=20)),
                ("params", models.JSONField(blank=True, default=dict)),
                ("text", models.TextField(blank=True, default="")),
                ("whole", keyuan.platform.crypto.field.SealedField("message_values", blank=True, null=True)),
                ("words", models.CharField(blank=True, default="", max_length=200)),
                ("attachment_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_id", models.BigIntegerField(blank=True, null=True)),
                ("staff_name", models.CharField(blank=True, default="", max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "chat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="service.chat",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chat", "seq"), name="chat_message_seq"),
                    models.UniqueConstraint(
                        condition=models.Q(("key__gt", "")), fields=("chat", "key"), name="chat_message_once"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ChatSeat",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("user_name", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("ONLINE", "Online"), ("BUSY", "Busy"), ("AWAY", "Away"), ("OFFLINE", "Offline")],
                        default="OFFLINE",
                        max_length=8,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("capacity", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "OFFLINE"), _negated=True),
                        fields=["seen_at"],
                        name="chat_seat_seen",
                    )
                ],
            },
        ),
    ]
