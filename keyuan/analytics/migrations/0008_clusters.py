import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0007_boards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("code", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, default="", max_length=40)),
                ("suggestion", models.JSONField(default=list)),
                ("profile", models.JSONField(default=dict)),
                ("is_current", models.BooleanField(default=True)),
                ("since", models.DateField()),
                ("named_by", models.CharField(blank=True, default="", max_length=40)),
                ("named_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="ClusterCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("unit_id", models.IntegerField()),
                ("sales_channel", models.CharField(blank=True, default="", max_length=16)),
                ("cluster", models.CharField(max_length=8)),
                ("customers", models.PositiveIntegerField()),
                ("premium", models.BigIntegerField()),
                ("lifetime_value", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["unit_id", "day"], name="cluster_cell_unit")],
            },
        ),
        migrations.CreateModel(
            name="ClusterFit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cluster_fit",
                        to="analytics.modelversion",
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("seed", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("chosen", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=20)),
                ("scaling", models.JSONField()),
                ("trials", models.JSONField()),
                ("centres", models.JSONField()),
                ("agreement", models.FloatField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ClusterNight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                (
                    "fit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="nights", to="analytics.clusterfit"
                    ),
                ),
                ("sizes", models.JSONField()),
                ("seen", models.PositiveIntegerField(default=0)),
                ("stayed", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ClusterWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by_id", models.BigIntegerField(blank=True, null=True)),
                ("asked_by", models.CharField(blank=True, default="", max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                (
                    "fit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="wishes",
                        to="analytics.clusterfit",
                    ),
                ),
            ],
        ),
    ]
