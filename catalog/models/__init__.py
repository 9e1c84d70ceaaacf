"""The tables of the ground floor."""

from catalog.models.asset_types import AssetType
from catalog.models.assets import (
    Asset,
    AssetStatistics,
    Attachment,
    Collaborator,
    Rating,
    Revision,
)
from catalog.models.containers import Container, Membership
from catalog.models.groups import GroupDetails
from catalog.models.history import (
    AssetEvent,
    AttachmentEvent,
    CollaboratorEvent,
    ContainerEvent,
    MembershipEvent,
)
from catalog.models.idempotency import IdempotentAnswer
from catalog.models.identities import ExternalIdentity, ExternalSession
from catalog.models.project_tokens import ProjectToken
from catalog.models.rate_limits import RateWindow
from catalog.models.users import ApiKey, SignInFailure, User

__all__ = [
    "ApiKey",
    "Asset",
    "AssetEvent",
    "AssetStatistics",
    "AssetType",
    "Attachment",
    "AttachmentEvent",
    "Collaborator",
    "CollaboratorEvent",
    "Container",
    "ContainerEvent",
    "ExternalIdentity",
    "ExternalSession",
    "GroupDetails",
    "IdempotentAnswer",
    "Membership",
    "MembershipEvent",
    "ProjectToken",
    "RateWindow",
    "Rating",
    "Revision",
    "SignInFailure",
    "User",
]
