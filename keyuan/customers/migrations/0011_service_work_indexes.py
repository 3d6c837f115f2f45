from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0010_service_work"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("birth_is_lunar", True)), fields=["lunar_month", "lunar_day"], name="customer_lunar"
            ),
        ),
        AddIndexBeside(
            model_name="identitydocument",
            index=models.Index(
                condition=models.Q(("valid_until__isnull", False)), fields=["valid_until", "id"], name="document_ends"
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=[
                    "due_at",
                    "id",
                    "kind",
                    "stake",
                    "agent_id",
                    "sub_branch_id",
                    "section_id",
                    "team_id",
                    "sales_channel",
                ],
                name="task_all_due",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["stake", "id", "kind", "agent_id", "sub_branch_id", "section_id", "team_id", "sales_channel"],
                name="task_all_stake",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=[
                    "branch_id",
                    "due_at",
                    "id",
                    "kind",
                    "stake",
                    "agent_id",
                    "sub_branch_id",
                    "section_id",
                    "team_id",
                    "sales_channel",
                ],
                name="task_br_due",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=[
                    "branch_id",
                    "stake",
                    "id",
                    "kind",
                    "agent_id",
                    "sub_branch_id",
                    "section_id",
                    "team_id",
                    "sales_channel",
                ],
                name="task_br_stake",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=[
                    "sub_branch_id",
                    "due_at",
                    "id",
                    "kind",
                    "stake",
                    "agent_id",
                    "section_id",
                    "team_id",
                    "sales_channel",
                ],
                name="task_sb_due",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["sub_branch_id", "stake", "id", "kind", "agent_id", "section_id", "team_id", "sales_channel"],
                name="task_sb_stake",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at", "id"], name="task_all_closed"
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["branch_id", "closed_at", "id"],
                name="task_br_closed",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["sub_branch_id", "closed_at", "id"],
                name="task_sb_closed",
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["section_id"], name="task_sec_open"
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["team_id"], name="task_team_open"
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["agent_id"], name="task_doer_open"
            ),
        ),
        AddIndexBeside(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("rule_id__isnull", False)),
                fields=["id"],
                name="task_by_rule",
            ),
        ),
    ]
