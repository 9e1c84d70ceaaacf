"""Routes of the ground floor; none ends in a slash."""

from django.urls import path

from catalog.views import (
    asset_types,
    assets,
    attachments,
    attributes,
    catalog_members,
    catalog_properties,
    catalogs,
    history,
    project_members,
    project_settings,
    project_tokens,
    projects,
    space_members,
    spaces,
    users,
)
from catalog.views.sign_in import AuthorizeView

urlpatterns = [
    path("icp4d-api/v1/authorize", AuthorizeView.as_view()),
    path("usermgmt/v1/user", users.UsersView.as_view()),
    path("usermgmt/v1/user/<str:user_name>", users.UserView.as_view()),
    path("v2/catalogs", catalogs.CatalogsView.as_view()),
    path("v2/catalogs/default", catalogs.DefaultCatalogView.as_view()),
    path("v2/catalogs/<uuid:catalog_id>", catalogs.CatalogView.as_view()),
    path("v2/catalogs/<uuid:catalog_id>/members", catalog_members.CatalogMembersView.as_view()),
    path(
        "v2/catalogs/<uuid:catalog_id>/members/<str:member_id>",
        catalog_members.CatalogMemberView.as_view(),
    ),
    path(
        "v2/catalogs/<uuid:catalog_id>/properties",
        catalog_properties.CatalogPropertiesView.as_view(),
    ),
    path(
        "v2/catalogs/<uuid:catalog_id>/properties/<str:property_key>",
        catalog_properties.CatalogPropertyView.as_view(),
    ),
    path("v2/projects", projects.ProjectsView.as_view()),
    path("v2/projects/tokens/introspect", project_tokens.IntrospectView.as_view()),
    path("v2/projects/<uuid:guid>", projects.ProjectView.as_view()),
    path("v2/projects/<uuid:guid>/members", project_members.ProjectMembersView.as_view()),
    path(
        "v2/projects/<uuid:guid>/members/<str:user_name>",
        project_members.ProjectMemberView.as_view(),
    ),
    path("v2/projects/<uuid:guid>/tokens", project_tokens.ProjectTokensView.as_view()),
    path("v2/projects/<uuid:guid>/tokens/<uuid:tguid>", project_tokens.ProjectTokenView.as_view()),
    path(
        "v2/projects/<uuid:guid>/settings/access_restrictions",
        project_settings.AccessRestrictionsView.as_view(),
    ),
    path(
        "v2/projects/<uuid:guid>/settings/audit_events",
        project_settings.AuditEventsView.as_view(),
    ),
    path(
        "v2/projects/<uuid:guid>/integrations/jupyterlab",
        project_settings.JupyterLabView.as_view(),
    ),
    path("v2/spaces", spaces.SpacesView.as_view()),
    path("v2/spaces/<uuid:space_id>", spaces.SpaceView.as_view()),
    path("v2/spaces/<uuid:space_id>/members", space_members.SpaceMembersView.as_view()),
    path(
        "v2/spaces/<uuid:space_id>/members/<str:member_id>",
        space_members.SpaceMemberView.as_view(),
    ),
    path("v2/asset_types", asset_types.AssetTypesView.as_view()),
    path("v2/asset_types/<str:type_name>", asset_types.AssetTypeView.as_view()),
    path("v2/assets", assets.AssetsView.as_view()),
    path("v2/assets/<uuid:asset_id>", assets.AssetView.as_view()),
    path("v2/assets/<uuid:asset_id>/history", history.HistoryView.as_view()),
    path("v2/assets/<uuid:asset_id>/history/diff", history.HistoryDifferenceView.as_view()),
    path("v2/assets/<uuid:asset_id>/history/restore", history.HistoryRestoreView.as_view()),
    path("v2/assets/<uuid:asset_id>/attributes", attributes.AttributesView.as_view()),
    path(
        "v2/assets/<uuid:asset_id>/attributes/<str:attribute_key>",
        attributes.AttributeView.as_view(),
    ),
    path("v2/assets/<uuid:asset_id>/attachments", attachments.AttachmentsView.as_view()),
    path(
        "v2/assets/<uuid:asset_id>/attachments/<uuid:attachment_id>",
        attachments.AttachmentView.as_view(),
    ),
    path(
        "v2/assets/<uuid:asset_id>/attachments/<uuid:attachment_id>/complete",
        attachments.AttachmentCompleteView.as_view(),
    ),
]
