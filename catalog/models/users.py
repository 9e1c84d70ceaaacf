"""Who signs in: users, service accounts, their API keys, and failures to sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from catalog.querysets.users import UserQuerySet

username_rule = RegexValidator(
    r"^(?!\.+\Z)[\w.@+-]{1,150}\Z",
    "A user name has at most 150 letters, digits and the characters . @ + - _, not just dots.",
)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """What ``manage.py createsuperuser`` calls."""
        user: User = self.model(username=username, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody, or a program (``is_service``), that signs in. Its id is the ``uid`` of the
    contracts.
    """

    username = models.CharField(max_length=150, unique=True, validators=[username_rule])
    display_name = models.CharField(max_length=255, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(
        "active",
        default=True,
        help_text="Switch off instead of deleting: nothing of theirs changes.",
    )
    is_staff = models.BooleanField("may use the admin", default=False)
    is_service = models.BooleanField(
        "service account", default=False, help_text="A program: signs in with API keys only."
    )
    # The account behind a project token: nobody signs in as it, or makes it a member of anything.
    is_token = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_any_case",
                violation_error_message="A user of that name exists.",
            ),
            models.CheckConstraint(
                condition=Q(is_token=False)
                | Q(is_service=True, is_staff=False, is_superuser=False),
                name="user_token_rules_nothing",
            ),
        ]

    @property
    def uid(self) -> str:
        """The id as the contracts write it: text."""
        return str(self.pk)

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.username


class ApiKey(models.Model):
    """A key that signs its user in. Only a digest is kept; the key itself is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=255, help_text="What the key is for.")
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    @property
    def is_usable(self) -> bool:
        """Neither revoked nor past its time."""
        return self.revoked_at is None and (
            self.expires_at is None or self.expires_at > timezone.now()
        )


class SignInFailure(models.Model):
    """How often a sign-in failed lately, by a digest of who tried from where: never the name
    itself.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    last_failed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
