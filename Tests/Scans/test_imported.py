"""schemathesis on the OpenAPI documents that providers gave: those of the three example services, through the gateway,
with an application's key under a grant; at the node where they stand and at another province's."""

import json
import sys
from pathlib import Path

import yaml

from test_api import ask_schemathesis

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Browser"))

from cluster import ROOT, Cluster  # noqa: E402

SERVICES = ["units", "communes", "dossiers"]
HERE, THERE = "H40", "H23"
# Below the 50 calls a second that the demo's grants allow.
PACE = ["--rate-limit", "40/s"]
# A pattern does not say that a box's west lies west of its east: the service does, with the 400 of its document.
OPTIONS = {"communes": ["--exclude-checks", "positive_data_acceptance"]}
PROBLEM = {
    "type": "object", "required": ["type", "title", "status", "code", "call"], "properties": {
        "type": {"type": "string", "pattern": "^/problems/gateway-"}, "title": {"type": "string"},
        "status": {"type": "integer"}, "code": {"type": "string"}, "call": {"type": "string"}}}


def as_met(name):
    """A provider's document as an application meets it: behind the gateway, which takes a key and has refusals of its own.

    What the provider wrote stays; a status that it describes too may come from either.
    """
    document = yaml.safe_load((ROOT / f"Demo/axis/{name}.openapi.yaml").read_text())
    document.setdefault("components", {})["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}}
    document["security"] = [{"key": []}]
    refusals = {str(status): {"description": "The gateway refuses", "content": {
        "application/problem+json": {"schema": PROBLEM}}} for status in (400, 401, 404, 405, 413, 414, 422, 429, 431)}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] = {**refusals, **operation["responses"]}
    return document


def walk(cluster, node, key):
    port = cluster.setting(node, "gateway.port")
    for name in SERVICES:
        met = cluster.folder / f"{name}.json"
        met.write_text(json.dumps(as_met(name)))
        ask_schemathesis(
            cluster.folder, f"{name}-at-{node}", str(met), "--url", f"https://127.0.0.1:{port}/{name}/v1",
            "--tls-verify", "false", "-H", f"X-Api-Key: {key}", "--generation-with-security-parameters", "false", *PACE,
            *OPTIONS.get(name, []), examples=20)


def application_here(cluster):
    """Its key at the node where the services stand, under a grant for each."""
    said = cluster.command(HERE, "application", "add", f"{HERE}/scans", "Scans (example)")
    for name in SERVICES:
        cluster.command(
            HERE, "grant", "issue", f"{HERE}/scans", f"{name}/v1", "--purpose", "a test", "--basis", "a test",
            "--until", "2021-06-30")
    return said.strip().splitlines()[-1]


def test_services_of_others_where_they_stand_and_from_another_province(_):
    with Cluster(nodes=[HERE, THERE]) as cluster:
        walk(cluster, HERE, application_here(cluster))
        walk(cluster, THERE, json.loads((cluster.folder / "demo/axis.json").read_text())["key"])
        logs = cluster.logs()
        assert "an error nobody expected" not in logs, logs
