"""Books from before churn was watched get the rule for customers who may leave; one that has it keeps its own."""

from django.db import migrations
from django.utils import timezone

CODE = "retention-1"
#: As a new book begins with it (`keyuan.customers.services.agenda.defaults`).
CONTENT = {
    "name": "流失预警挽留", "occasion": "CHURN", "days": 1, "kind": "RETENTION", "title": "{outcome}风险客户挽留",
    "reason": "12个月内{outcome}可能性{chance}。{advice}", "assignee": "SERVICE", "tiers": [], "channels": [],
    "skip_open_claims": False, "due_days": 7, "is_active": True,
}  # fmt: skip


def add_rule(apps, schema_editor):
    # A new book has no rules yet: its first night writes them all.
    alias = schema_editor.connection.alias
    rules = apps.get_model("customers", "TaskRule").objects.using(alias)
    if not rules.exists() or rules.filter(code=CODE).exists():
        return
    now = timezone.now()
    rule = rules.create(code=CODE, created_at=now, updated_at=now, version=1, **CONTENT)
    apps.get_model("customers", "TaskRuleVersion").objects.using(alias).create(
        rule=rule, number=1, content=CONTENT, changed_by_name="Keyuan", changed_at=now
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_benefit_task_rule")]
    operations = [migrations.RunPython(add_rule, migrations.RunPython.noop)]
