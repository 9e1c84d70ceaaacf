"""How long a page of a list is."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Container
from catalog.shared.errors import BadRequest
from catalog.shared.paging import page_limit
from catalog.tests.conftest import Caller, targets


def test_a_page_is_as_long_as_asked_for_but_no_longer_than_the_setting(settings: Any) -> None:
    settings.MAX_PAGE = 50
    assert [page_limit({"limit": text}, default=25) for text in ("", "1", "50")] == [25, 1, 50]
    assert page_limit({}, default=200) == 50
    for text in ("0", "51", "-1", "x", "1.0"):
        with pytest.raises(BadRequest, match="Must be a whole number from 1 to 50"):
            page_limit({"limit": text}, default=25)


@pytest.mark.parametrize(
    "path",
    [
        "/v2/catalogs?limit={limit}",
        "/v2/catalogs/{catalog}/members?limit={limit}",
        "/v2/trashed_assets?catalog_id={catalog}&limit={limit}",
        "/v2/projects?limit={limit}",
        "/v2/spaces?limit={limit}",
        "/usermgmt/v2/groups?limit={limit}",
    ],
)
def test_every_list_knows_the_setting(
    rosa: Caller, catalog: Container, settings: Any, path: str
) -> None:
    settings.MAX_PAGE = 3
    assert rosa.get(path.format(catalog=catalog.pk, limit=3)).status_code == 200
    refused = rosa.get(path.format(catalog=catalog.pk, limit=4))
    assert refused.status_code == 400
    assert path.startswith("/v2/projects") or targets(refused) == ["limit"]
