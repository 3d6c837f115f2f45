"""Books from before benefits were reminded of get the rule for those not collected; one that has it keeps its own."""

from django.db import migrations
from django.utils import timezone

CODE = "benefit"
#: As a new book begins with it (`keyuan.customers.services.agenda.defaults`).
CONTENT = {
    "name": "给付到期未领取", "occasion": "BENEFIT", "days": 0, "kind": "MATURITY", "title": "{product}有给付待领取",
    "reason": "{date} 起可领取 {amount} 元，请联系客户办理", "assignee": "SERVICE", "tiers": [], "channels": [],
    "skip_open_claims": False, "due_days": 14, "is_active": True,
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
    dependencies = [("customers", "0019_score_cluster_indexes")]
    operations = [migrations.RunPython(add_rule, migrations.RunPython.noop)]
