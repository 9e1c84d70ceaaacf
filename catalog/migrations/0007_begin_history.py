import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


#: The column that says since when a row is as it is, for each table that is followed.
SINCE = {
    "Asset": "updated_at",
    "Attachment": "created_at",
    "Collaborator": None,
    "Container": "updated_at",
    "Membership": "created_at",
}


def record_what_is_there(apps, schema_editor):
    """History begins with the rows of an installation that had none, one statement a table."""
    for name, since in SINCE.items():
        model, event = apps.get_model("catalog", name), apps.get_model("catalog", f"{name}Event")
        columns = [
            field.column
            for field in event._meta.concrete_fields
            if not field.column.startswith("pgh_")
        ]
        # A collaborator has no time of its own: it came with the card, as far as anybody knows.
        moment = (
            f"t.{since}"
            if since
            else "(SELECT a.created_at FROM catalog_asset a WHERE a.id = t.asset_id)"
        )
        schema_editor.execute(
            f"INSERT INTO {event._meta.db_table} "
            f"(pgh_created_at, pgh_label, pgh_obj_id, {', '.join(columns)}) "
            f"SELECT {moment}, 'insert', t.id, {', '.join('t.' + c for c in columns)} "
            f"FROM {model._meta.db_table} t"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_keep_answers'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None)),
                ('origin_country', models.CharField(default='us', max_length=255)),
                ('asset_category', models.CharField(default='USER', max_length=6)),
                ('classification', models.CharField(blank=True, max_length=255, null=True)),
                ('resource_key', models.CharField(blank=True, max_length=1000, null=True)),
                ('source_system', models.JSONField(blank=True, null=True)),
                ('rov_mode', models.SmallIntegerField(choices=[(-1, 'public (by default)'), (0, 'public'), (8, 'private')], default=0)),
                ('entity', models.JSONField()),
                ('asset_attributes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('source_asset', models.JSONField(blank=True, editable=False, null=True)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AttachmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('asset_type', models.CharField(max_length=100)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('description', models.TextField(blank=True)),
                ('mime', models.CharField(blank=True, max_length=255)),
                ('connection_id', models.UUIDField()),
                ('connection_path', models.TextField()),
                ('user_data', models.JSONField(blank=True, default=dict)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('completed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='CollaboratorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ContainerEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('kind', models.CharField(choices=[('catalog', 'Catalog'), ('project', 'Project'), ('space', 'Space')], max_length=7)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True)),
                ('generator', models.CharField(blank=True, max_length=255)),
                ('account_id', models.CharField(editable=False, max_length=255, verbose_name='account')),
                ('capacity_limit', models.PositiveBigIntegerField(default=0)),
                ('is_governed', models.BooleanField(default=False, verbose_name='governed')),
                ('auto_profiling', models.BooleanField(default=True)),
                ('saml_instance_name', models.CharField(blank=True, max_length=255)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None)),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('enforce_members', models.BooleanField(default=False)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('is_default', models.BooleanField(default=False, editable=False, verbose_name='default catalog')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('editor', 'Editor'), ('admin', 'Admin')], max_length=6)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='asset',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_assetevent" ("asset_attributes", "asset_category", "asset_type_id", "classification", "container_id", "created_at", "deleted_at", "description", "entity", "id", "last_updater_id", "name", "origin_country", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_key", "rov_mode", "size", "source_asset", "source_system", "tags", "updated_at", "version") SELECT new_values."asset_attributes", new_values."asset_category", new_values."asset_type_id", new_values."classification", new_values."container_id", new_values."created_at", new_values."deleted_at", new_values."description", new_values."entity", new_values."id", new_values."last_updater_id", new_values."name", new_values."origin_country", new_values."owner_id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."resource_key", new_values."rov_mode", new_values."size", new_values."source_asset", new_values."source_system", new_values."tags", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7f14e67142de3b94d87b8b2845e1a292a9ac2509', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c1dc3', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_asset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='asset',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_assetevent" ("asset_attributes", "asset_category", "asset_type_id", "classification", "container_id", "created_at", "deleted_at", "description", "entity", "id", "last_updater_id", "name", "origin_country", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_key", "rov_mode", "size", "source_asset", "source_system", "tags", "updated_at", "version") SELECT new_values."asset_attributes", new_values."asset_category", new_values."asset_type_id", new_values."classification", new_values."container_id", new_values."created_at", new_values."deleted_at", new_values."description", new_values."entity", new_values."id", new_values."last_updater_id", new_values."name", new_values."origin_country", new_values."owner_id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'update\', new_values."id", new_values."resource_key", new_values."rov_mode", new_values."size", new_values."source_asset", new_values."source_system", new_values."tags", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='018579378da707cbae8426e99e1f2f9eec659108', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_c4d7d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_asset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='asset',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_assetevent" ("asset_attributes", "asset_category", "asset_type_id", "classification", "container_id", "created_at", "deleted_at", "description", "entity", "id", "last_updater_id", "name", "origin_country", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_key", "rov_mode", "size", "source_asset", "source_system", "tags", "updated_at", "version") SELECT old_values."asset_attributes", old_values."asset_category", old_values."asset_type_id", old_values."classification", old_values."container_id", old_values."created_at", old_values."deleted_at", old_values."description", old_values."entity", old_values."id", old_values."last_updater_id", old_values."name", old_values."origin_country", old_values."owner_id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'delete\', old_values."id", old_values."resource_key", old_values."rov_mode", old_values."size", old_values."source_asset", old_values."source_system", old_values."tags", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='27c81fd8cc8569a6278ea800129c4c7f38b84d3d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7d4dd', referencing='REFERENCING OLD TABLE AS old_values ', table='catalog_asset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_attachmentevent" ("asset_id", "asset_type", "completed_at", "connection_id", "connection_path", "created_at", "creator_id", "description", "id", "mime", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "size", "user_data") SELECT new_values."asset_id", new_values."asset_type", new_values."completed_at", new_values."connection_id", new_values."connection_path", new_values."created_at", new_values."creator_id", new_values."description", new_values."id", new_values."mime", new_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."size", new_values."user_data" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f07b9633e8671b7e1887d562750c9c97af973d87', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_21e63', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_attachmentevent" ("asset_id", "asset_type", "completed_at", "connection_id", "connection_path", "created_at", "creator_id", "description", "id", "mime", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "size", "user_data") SELECT new_values."asset_id", new_values."asset_type", new_values."completed_at", new_values."connection_id", new_values."connection_path", new_values."created_at", new_values."creator_id", new_values."description", new_values."id", new_values."mime", new_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'update\', new_values."id", new_values."size", new_values."user_data" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."asset_id" IS DISTINCT FROM (new_values."asset_id") OR old_values."asset_type" IS DISTINCT FROM (new_values."asset_type") OR old_values."completed_at" IS DISTINCT FROM (new_values."completed_at") OR old_values."connection_id" IS DISTINCT FROM (new_values."connection_id") OR old_values."connection_path" IS DISTINCT FROM (new_values."connection_path") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."creator_id" IS DISTINCT FROM (new_values."creator_id") OR old_values."description" IS DISTINCT FROM (new_values."description") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."mime" IS DISTINCT FROM (new_values."mime") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."size" IS DISTINCT FROM (new_values."size") OR old_values."user_data" IS DISTINCT FROM (new_values."user_data")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c876b5ccfdde3720f361e843dbc7a170ef7bb2c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_d4d1f', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_attachmentevent" ("asset_id", "asset_type", "completed_at", "connection_id", "connection_path", "created_at", "creator_id", "description", "id", "mime", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "size", "user_data") SELECT old_values."asset_id", old_values."asset_type", old_values."completed_at", old_values."connection_id", old_values."connection_path", old_values."created_at", old_values."creator_id", old_values."description", old_values."id", old_values."mime", old_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'delete\', old_values."id", old_values."size", old_values."user_data" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a22cdaefe22c06d9d5a2a7e9a7d7b7ecdb97a12f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_45127', referencing='REFERENCING OLD TABLE AS old_values ', table='catalog_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collaborator',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_collaboratorevent" ("asset_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") SELECT new_values."asset_id", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='3240c578b919ec2da0223b159f5f9a9f4edf8ff1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aa7a1', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_collaborator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collaborator',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_collaboratorevent" ("asset_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") SELECT new_values."asset_id", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'update\', new_values."id", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b3d43d99e80194f51df6560495711e483e486913', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_20644', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_collaborator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collaborator',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_collaboratorevent" ("asset_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") SELECT old_values."asset_id", old_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'delete\', old_values."id", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e5741518e103ca02236de7174682be16ee0222fb', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_b0f86', referencing='REFERENCING OLD TABLE AS old_values ', table='catalog_collaborator', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='container',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_containerevent" ("account_id", "auto_profiling", "capacity_limit", "created_at", "creator_id", "description", "details", "enforce_members", "generator", "id", "is_default", "is_governed", "is_public", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saml_instance_name", "tags", "updated_at") SELECT new_values."account_id", new_values."auto_profiling", new_values."capacity_limit", new_values."created_at", new_values."creator_id", new_values."description", new_values."details", new_values."enforce_members", new_values."generator", new_values."id", new_values."is_default", new_values."is_governed", new_values."is_public", new_values."kind", new_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."saml_instance_name", new_values."tags", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='32667da175991ff4245a6b4a22772beee3c484b2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_df54e', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_container', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='container',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_containerevent" ("account_id", "auto_profiling", "capacity_limit", "created_at", "creator_id", "description", "details", "enforce_members", "generator", "id", "is_default", "is_governed", "is_public", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saml_instance_name", "tags", "updated_at") SELECT new_values."account_id", new_values."auto_profiling", new_values."capacity_limit", new_values."created_at", new_values."creator_id", new_values."description", new_values."details", new_values."enforce_members", new_values."generator", new_values."id", new_values."is_default", new_values."is_governed", new_values."is_public", new_values."kind", new_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'update\', new_values."id", new_values."saml_instance_name", new_values."tags", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8a7169b38a8f85fdfe7054f710a4cc03f4bc6152', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ee856', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_container', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='container',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_containerevent" ("account_id", "auto_profiling", "capacity_limit", "created_at", "creator_id", "description", "details", "enforce_members", "generator", "id", "is_default", "is_governed", "is_public", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "saml_instance_name", "tags", "updated_at") SELECT old_values."account_id", old_values."auto_profiling", old_values."capacity_limit", old_values."created_at", old_values."creator_id", old_values."description", old_values."details", old_values."enforce_members", old_values."generator", old_values."id", old_values."is_default", old_values."is_governed", old_values."is_public", old_values."kind", old_values."name", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'delete\', old_values."id", old_values."saml_instance_name", old_values."tags", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d858220faf7b9e8145016ffb53e2304c2d48e6ad', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1ec86', referencing='REFERENCING OLD TABLE AS old_values ', table='catalog_container', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_membershipevent" ("container_id", "created_at", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."container_id", new_values."created_at", new_values."group_id", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7e52bb557de7675579f9d7019dce420e9e953d57', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_7e5fb', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_membershipevent" ("container_id", "created_at", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."container_id", new_values."created_at", new_values."group_id", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'update\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='cae246193f02689eb7a304ff85052378dcc983c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7627c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_membershipevent" ("container_id", "created_at", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT old_values."container_id", old_values."created_at", old_values."group_id", old_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'delete\', old_values."id", old_values."role", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='03cbb0693e699b318c21ab2ee2a89473754a9f00', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_35b6d', referencing='REFERENCING OLD TABLE AS old_values ', table='catalog_membership', when='AFTER')),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='asset_type',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.assettype'),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='container',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.container'),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='last_updater',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='owner',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='assetevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.asset'),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='asset',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.asset'),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='creator',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.attachment'),
        ),
        migrations.AddField(
            model_name='collaboratorevent',
            name='asset',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.asset'),
        ),
        migrations.AddField(
            model_name='collaboratorevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='collaboratorevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.collaborator'),
        ),
        migrations.AddField(
            model_name='collaboratorevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='containerevent',
            name='creator',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='containerevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='containerevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.container'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='container',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.container'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='group',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.group'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.membership'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='user',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='assetevent',
            index=models.Index(fields=['pgh_obj', 'pgh_created_at', 'pgh_id'], name='assetevent_by_asset'),
        ),
        migrations.AddIndex(
            model_name='assetevent',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['pgh_created_at'], name='assetevent_by_time'),
        ),
        migrations.AddIndex(
            model_name='attachmentevent',
            index=models.Index(fields=['asset', 'pgh_created_at', 'pgh_id'], name='attachmentevent_by_asset'),
        ),
        migrations.AddIndex(
            model_name='attachmentevent',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['pgh_created_at'], name='attachmentevent_by_time'),
        ),
        migrations.AddIndex(
            model_name='collaboratorevent',
            index=models.Index(fields=['asset', 'pgh_created_at', 'pgh_id'], name='collaboratorevent_by_asset'),
        ),
        migrations.AddIndex(
            model_name='collaboratorevent',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['pgh_created_at'], name='collaboratorevent_by_time'),
        ),
        migrations.AddIndex(
            model_name='containerevent',
            index=models.Index(fields=['pgh_obj', 'pgh_id'], name='containerevent_by_container'),
        ),
        migrations.AddIndex(
            model_name='containerevent',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['pgh_created_at'], name='containerevent_by_time'),
        ),
        migrations.AddIndex(
            model_name='membershipevent',
            index=models.Index(fields=['container', 'pgh_id'], name='membershipevent_by_container'),
        ),
        migrations.AddIndex(
            model_name='membershipevent',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['pgh_created_at'], name='membershipevent_by_time'),
        ),
        migrations.RunPython(record_what_is_there, migrations.RunPython.noop),
    ]
