"""What an operator says of the provider of identities by OpenID Connect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class OpenIDConfiguration:
    """One provider, and what its claims mean here. ``settings.OPENID`` is one, or None: off."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str = "openid profile email"
    #: What the button on the sign-in page says after "Sign in with".
    name: str = "single sign-on"
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    #: Pairs of a value of the groups' claim and the name of the group that it stands for.
    groups: tuple[tuple[str, str], ...] = ()
    #: Values that make an administrator of the installation; with none, claims decide nothing.
    admin_values: frozenset[str] = frozenset()
    #: Values that let somebody use the admin; with none, whoever comes for the first time may.
    staff_values: frozenset[str] = frozenset()
    allow_new_users: bool = True
    recheck_after: timedelta = timedelta(hours=1)
    timeout_s: int = 10

    @property
    def managed_groups(self) -> list[str]:
        """The names of the groups that claims decide about, each once."""
        return list(dict.fromkeys(name for _, name in self.groups))
