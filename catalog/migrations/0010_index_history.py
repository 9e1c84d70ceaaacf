from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_find_copies'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='assetevent',
            index=models.Index(fields=['pgh_obj', 'version', 'pgh_id'], name='assetevent_by_version'),
        ),
        migrations.AddIndex(
            model_name='assetevent',
            index=models.Index(condition=models.Q(('pgh_label', 'delete')), fields=['pgh_obj', 'pgh_id'], name='assetevent_purged'),
        ),
        migrations.AddIndex(
            model_name='attachmentevent',
            index=models.Index(fields=['asset', 'pgh_obj', 'pgh_created_at', 'pgh_id'], name='attachmentevent_by_attachment'),
        ),
        migrations.AddIndex(
            model_name='collaboratorevent',
            index=models.Index(fields=['asset', 'user', 'pgh_created_at', 'pgh_id'], name='collaboratorevent_by_user'),
        ),
        migrations.AddIndex(
            model_name='membershipevent',
            index=models.Index(fields=['pgh_obj', 'pgh_id'], name='membershipevent_by_member'),
        ),
    ]
