"""Requests made up from the API's own schema, good and bad: none may find a fault."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from config.tests.test_up import Up

pytestmark = pytest.mark.up

CARD = {
    "metadata": {"name": "A card", "asset_type": "data_asset"},
    "entity": {"data_asset": {"mime_type": "text/csv"}},
}
CONNECTION = {"metadata": {"name": "C", "asset_type": "connection"}, "entity": {"connection": {}}}
EXAMPLES = 12


class Administrator:
    """Sends requests to the running product."""

    def __init__(self, product: Up) -> None:
        self.url = f"http://127.0.0.1:{product.port}"
        self.token = ""
        password = (product.state.path / "admin-password").read_text().strip()
        body = {"username": "admin", "password": password}
        self.token = self.post("/icp4d-api/v1/authorize", body)["token"]

    def post(self, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        if not self.token:
            del headers["Authorization"]
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def known_values(admin: Administrator) -> dict[str, str]:
    """Parameters that name what exists, so that requests get past the first question."""
    catalog = admin.post("/v2/catalogs", {"name": "Library"})["metadata"]["guid"]
    query = f"?catalog_id={catalog}"
    asset = admin.post(f"/v2/assets{query}", CARD)["asset_id"]
    connection = admin.post(f"/v2/assets{query}", CONNECTION)["asset_id"]
    body = {"asset_type": "data_asset", "connection_id": connection, "connection_path": "/a"}
    attachment = admin.post(f"/v2/assets/{asset}/attachments{query}", body)["attachment_id"]
    new = {"name": "Ferns", "generator": "tests"}
    project = admin.post("/v2/projects", new)["metadata"]["guid"]
    token = {"name": "reader", "scopes": [{"role": "viewer"}]}
    group = admin.post("/usermgmt/v2/groups", {"name": "Gardeners"})["group_id"]
    return {
        "path.group_id": str(group),
        "path.uid": "1",
        "path.guid": project,
        "path.tguid": admin.post(f"/v2/projects/{project}/tokens", token)["guid"],
        "path.space_id": admin.post("/v2/spaces", {"name": "Ferns"})["metadata"]["id"],
        "query.catalog_id": catalog,
        "path.catalog_id": catalog,
        "path.asset_id": asset,
        "path.attachment_id": attachment,
        "path.attribute_key": "data_asset",
        "path.type_name": "book",
        "path.member_id": "1",
        "path.user_name": "admin",
    }


@pytest.mark.parametrize("about", ["what exists", "anything"])
def test_no_made_up_request_finds_a_fault(product: Up, tmp_path: Path, about: str) -> None:
    admin = Administrator(product)
    values = known_values(admin) if about == "what exists" else {}
    lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in values.items()]
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(
        f'headers = {{ Authorization = "Bearer {admin.token}" }}\n'
        + "\n".join(["[parameters]", *lines] if lines else [])
    )
    program = str(Path(sys.executable).parent / "schemathesis")
    command = [program, "--config-file", str(configuration), "run"]
    command += [f"{admin.url}/api/schema?format=json", "--checks", "not_a_server_error"]
    # Deleting ends what the other requests are about; it has tests of its own.
    command += ["--exclude-method", "DELETE"] if values else []
    command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "2"]
    command += ["--phases", "examples,coverage,fuzzing"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
