"""The tables of the ground floor."""

from catalog.models.asset_types import AssetType
from catalog.models.assets import Asset, Attachment, Collaborator
from catalog.models.containers import Container, Membership
from catalog.models.users import ApiKey, SignInFailure, User

__all__ = [
    "ApiKey",
    "Asset",
    "AssetType",
    "Attachment",
    "Collaborator",
    "Container",
    "Membership",
    "SignInFailure",
    "User",
]
