"""Example requests and answers for the schema: small, and such that a client can send them."""

from __future__ import annotations

from typing import Any

PATCH_MEDIA = ("application/json", "application/json-patch+json")
CATALOG_ID = "c6f3cbd8-2b7f-42fb-aa60-5f6d0e7d1a11"
ASSET_ID = "3da5389d-d4a4-43da-be1f-0a3b7f6f5c2e"
ATTACHMENT_ID = "8d614be0-6900-403b-ab50-2c8a1f0e7b44"
WHEN, WHEN_MS = "2026-11-20T09:15:00Z", 1795166100000

CREDENTIALS = {"username": "admin", "password": "a password"}
TOKEN = {
    "username": "admin",
    "role": "Admin",
    "permissions": ["administrator"],
    "sub": "admin",
    "iss": "KNOXSSO",
    "aud": "DSX",
    "uid": "1",
    "authenticator": "default",
    "iat": 1795166100,
    "exp": 1795209300,
    "access_token": "eyJhbGciOiJIUzI1NiIs...",
    "token": "eyJhbGciOiJIUzI1NiIs...",
    "_messageCode_": "success",
    "message": "Success",
}
NEW_USER = {
    "user_name": "rosa",
    "password": "a long password",
    "displayName": "Rosa Marín",
    "email": "rosa@example.com",
    "user_roles": ["zen_user_role"],
}

USER = {
    "uid": "2",
    "username": "rosa",
    "user_name": "rosa",
    "displayName": "Rosa Marín",
    "email": "rosa@example.com",
    "role": "User",
    "permissions": [],
    "user_roles": ["zen_user_role"],
    "created_at": WHEN,
    "_messageCode_": "success",
    "message": "Success",
}

NEW_CATALOG = {
    "name": "Library",
    "description": "The books of the house",
    "generator": "README",
    "is_governed": False,
}
CATALOG = {
    "metadata": {
        "guid": CATALOG_ID,
        "url": f"/v2/catalogs/{CATALOG_ID}",
        "creator_id": "1",
        "create_time": WHEN,
    },
    "entity": {
        **NEW_CATALOG,
        "bss_account_id": "999",
        "capacity_limit": 0,
        "auto_profiling": True,
        "saml_instance_name": "",
    },
    "href": f"/v2/catalogs/{CATALOG_ID}",
}
PROPERTIES = {"steward": {"mail": "stewards@example.com"}}
PATCH_OF_PROPERTIES = [{"op": "add", "path": "/steward", "value": PROPERTIES["steward"]}]
NEW_MEMBERS = {"members": [{"user_iam_id": "2", "role": "editor"}]}

MEMBER = {
    "user_iam_id": "2",
    "role": "editor",
    "href": f"/v2/catalogs/{CATALOG_ID}/members/2",
    "create_time": WHEN,
    "memberUniqueId": "7",
}
ADDED_MEMBERS = {
    "members": [{"user_iam_id": "2", "role": "editor", "memberUniqueId": "7", "memberId": "7"}],
    "failures": [],
    "trace": "4ds6qmpvw9rd4qpnwq5l1vy2u",
}
BOOKMARK = "WyIyMDI2LTExLTIwVDA5OjE1OjAwKzAwOjAwIl0:0vF4"
CATALOGS = {"catalogs": [CATALOG], "nextBookmark": BOOKMARK, "nextSkip": 0}
MEMBERS = {"total_results": 1, "members": [MEMBER], "nextBookmark": BOOKMARK}

NEW_BOOK_TYPE: dict[str, Any] = {
    "name": "book",
    "description": "Book asset type",
    "fields": [
        {
            "key": "author.last_name",
            "type": "string",
            "facet": False,
            "is_array": False,
            "search_path": "author.last_name",
            "is_searchable_across_types": True,
        }
    ],
}
BOOK_TYPE = {**NEW_BOOK_TYPE, "relationships": [], "version": 1}

NEW_BOOK: dict[str, Any] = {
    "metadata": {
        "name": "A Field Guide to Ferns",
        "description": "Every fern of the northern woods",
        "tags": ["botany", "field guide"],
        "asset_type": "book",
        "origin_country": "us",
        "rov": {"mode": 0},
    },
    "entity": {"book": {"author": {"first_name": "Ada", "last_name": "Lindqvist"}, "price": 24.5}},
}
BOOK: dict[str, Any] = {
    "metadata": {
        **NEW_BOOK["metadata"],
        "rov": {"mode": 0, "collaborator_ids": {}},
        "usage": {
            "last_updated_at": WHEN,
            "last_updater_id": "1",
            "last_update_time": WHEN_MS,
            "last_accessed_at": WHEN,
            "last_access_time": WHEN_MS,
            "last_accessor_id": "1",
            "access_count": 0,
        },
        "rating": 0,
        "total_ratings": 0,
        "catalog_id": CATALOG_ID,
        "created": WHEN_MS,
        "created_at": WHEN,
        "owner_id": "1",
        "size": 0,
        "version": 2,
        "asset_state": "available",
        "asset_attributes": ["book"],
        "asset_id": ASSET_ID,
        "asset_category": "USER",
    },
    "entity": NEW_BOOK["entity"],
    "href": f"/v2/assets/{ASSET_ID}?catalog_id={CATALOG_ID}",
}
PATCH = [
    {"op": "replace", "path": "/metadata/description", "value": "Ferns, and where to find them"}
]
PATCH_OF_ATTRIBUTE = [
    {"op": "replace", "path": "/attribute_classes", "value": ["Organization Name"]}
]
PATCH_OF_ATTACHMENT = [{"op": "add", "path": "/name", "value": "sales"}]
NEW_ATTACHMENT = {
    "asset_type": "data_asset",
    "name": "sales",
    "mime": "text/csv",
    "connection_id": "070e9be2-40a8-4e0e-9c1d-6f1f5f0d9a10",
    "connection_path": "warehouse/sales/2026.csv",
}
ATTACHMENT = {
    "attachment_id": ATTACHMENT_ID,
    "datasource_type": "193a97c1-4475-4a19-b90c-295c4fdc6517",
    "asset_type": "data_asset",
    "attachment_type": "remote",
    "is_partitioned": False,
    "name": "sales",
    "description": "",
    "mime": "text/csv",
    "connection_id": "070e9be2-40a8-4e0e-9c1d-6f1f5f0d9a10",
    "connection_path": "warehouse/sales/2026.csv",
    "user_data": {},
    "href": f"/v2/assets/{ASSET_ID}/attachments/{ATTACHMENT_ID}?catalog_id={CATALOG_ID}",
}
NEW_ATTRIBUTE = {"name": "data_profile", "entity": {"attribute_classes": ["Organization Name"]}}
ATTRIBUTE = {
    "asset_id": ASSET_ID,
    **NEW_ATTRIBUTE,
    "href": f"/v2/assets/{ASSET_ID}/attributes/data_profile?catalog_id={CATALOG_ID}",
}
