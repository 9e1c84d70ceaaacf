import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('catalog', '0010_index_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProjectToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('editor', 'Editor')], max_length=6)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='is_token',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_token', False), models.Q(('is_service', True), ('is_staff', False), ('is_superuser', False)), _connector='OR'), name='user_token_rules_nothing'),
        ),
        migrations.AddField(
            model_name='projecttoken',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='project_token', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='projecttoken',
            name='api_key',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='project_token', to='catalog.apikey'),
        ),
        migrations.AddField(
            model_name='projecttoken',
            name='container',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='catalog.container'),
        ),
        migrations.AddField(
            model_name='projecttoken',
            name='creator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='projecttoken',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['viewer', 'editor'])), name='project_token_role_known'),
        ),
    ]
