import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_add_project_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssetStatistics',
            fields=[
                ('asset', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='statistics', serialize=False, to='catalog.asset')),
                ('access_count', models.PositiveBigIntegerField(default=0)),
                ('last_accessed_at', models.DateTimeField(null=True)),
                ('rating_total', models.PositiveBigIntegerField(default=0)),
                ('rating_count', models.PositiveBigIntegerField(default=0)),
                ('last_revision', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'asset statistics',
            },
        ),
        migrations.RemoveField(
            model_name='asset',
            name='access_count',
        ),
        migrations.RemoveField(
            model_name='asset',
            name='last_accessed_at',
        ),
        migrations.RemoveField(
            model_name='asset',
            name='last_accessor',
        ),
        migrations.AddField(
            model_name='asset',
            name='source_asset',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='version',
            field=models.PositiveBigIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='assetstatistics',
            name='last_accessor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
