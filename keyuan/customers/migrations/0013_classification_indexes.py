from django.db import migrations, models

from keyuan.platform.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0012_classification"),
    ]

    operations = [
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("service_kind__isnull", False)), fields=["service_kind"], name="cs_all_serv"
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("touch_point__isnull", False)), fields=["touch_point"], name="cs_all_touch"
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("prospect_source__isnull", False)), fields=["prospect_source"], name="cs_all_src"
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(condition=models.Q(("is_near_vip", True)), fields=["is_near_vip"], name="cs_all_near"),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(condition=models.Q(("is_mass_line", True)), fields=["is_mass_line"], name="cs_all_mass"),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("service_kind__isnull", False)),
                fields=["branch_id", "service_kind"],
                name="cs_br_serv",
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("touch_point__isnull", False)),
                fields=["branch_id", "touch_point"],
                name="cs_br_touch",
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("prospect_source__isnull", False)),
                fields=["branch_id", "prospect_source"],
                name="cs_br_src",
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("is_near_vip", True)), fields=["branch_id", "is_near_vip"], name="cs_br_near"
            ),
        ),
        AddIndexBeside(
            model_name="customersummary",
            index=models.Index(
                condition=models.Q(("is_mass_line", True)), fields=["branch_id", "is_mass_line"], name="cs_br_mass"
            ),
        ),
    ]
