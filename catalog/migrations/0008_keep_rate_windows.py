from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_begin_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='RateWindow',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
                ('leased', models.BigIntegerField()),
                ('granted', models.BigIntegerField()),
            ],
        ),
        # Written often and worth nothing after a minute: no log, no replica, nothing to recover.
        migrations.RunSQL(
            'ALTER TABLE catalog_ratewindow SET UNLOGGED',
            migrations.RunSQL.noop,
        ),
    ]
