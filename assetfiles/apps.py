from django.apps import AppConfig


class AssetFilesConfig(AppConfig):
    name = "assetfiles"
    default_auto_field = "django.db.models.BigAutoField"
