import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def describe_groups(apps, schema_editor):
    """Groups that were made before have no details yet."""
    details = apps.get_model('catalog', 'GroupDetails')
    groups = apps.get_model('auth', 'Group').objects.filter(details=None)
    for pk in groups.values_list('pk', flat=True).iterator():
        details.objects.get_or_create(group_id=pk)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('catalog', '0011_add_project_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupDetails',
            fields=[
                ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='details', serialize=False, to='auth.group')),
                ('description', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('creator', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        # The table is Django's: its own rule lets names differ by the case of their letters alone.
        migrations.RunSQL(
            'CREATE UNIQUE INDEX group_name_any_case ON auth_group (LOWER(name))',
            'DROP INDEX group_name_any_case',
        ),
        migrations.RunPython(describe_groups, migrations.RunPython.noop),
    ]
