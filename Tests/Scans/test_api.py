"""schemathesis on the node's own OpenAPI document, as everybody who may come: deterministic, so a failure comes back."""

import json
import subprocess
import sys
from pathlib import Path

# What is checked of each answer, and why anything is left out:
# - positive_data_acceptance lets 422 pass (below): a rule between two fields, or of the law, is none of a schema.
# - texts hold no NUL: no text here may (400 json.nul, StrictJSON's tests), and a schema that said so for each would hide
#   what it is about.
CONFIG = """
[generation]
allow-x00 = false

[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 422, 429]
negative_data_rejection.expected-statuses = ["4xx"]
"""
OAUTH = "^/identity/oauth/(token|introspect|revoke)$"
# RFC 6749 §5.2 answers 400 to a code, a secret or a refresh token that is not good, and RFC 7644 §3.12 to a filter or a
# path of an attribute that there is not: whether one is good is no matter of a schema. For these doors the check that
# whatever fits the schema is taken would fail by the standard; every other check stays.
# The proof of who calls is ours to send: schemathesis would "leave it out" and we send it all the same. Whether a door
# opens without it is looked at by ignored_auth, and by the walks of strangers.
GIVEN = ["--generation-with-security-parameters", "false"]
JUDGED_BY_CONTENT = ["--exclude-checks", "positive_data_acceptance"]
SCIM = "^/scim"
# The registry's doors for programs stand at the addresses of its pages, which take GET and POST from people and are not
# in the document for programs. So these two are no undeclared methods there, and `Allow`, which is the truth, names them.
REGISTRY = "^/exchange/(applications|services|versions)/"
REGISTRY_CHECKS = ["--include-path-regex", REGISTRY, "--exclude-checks", "allow_header_conformance"]
BESIDE_PAGES = """
[phases.coverage]
unexpected-methods = ["PUT", "PATCH", "DELETE", "TRACE", "QUERY", "OPTIONS"]
"""

# Whether an event fits its type, an address can be called or a position is in the log is no matter of the document's
# schemas: CloudEvents and their media types have rules of their own.
EVENTS = "^/events/v1"


def ask_schemathesis(folder, name, document, *options, examples=12, config=CONFIG):
    """Runs it on a document, by path or address; whatever it finds fails."""
    report = folder / f"{name}.json"
    (folder / "schemathesis.toml").write_text(config)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(folder / "schemathesis.toml"),
         "run", document, "--checks", "all", "--phases", "coverage,fuzzing",
         "-n", str(examples), "--generation-deterministic", "--continue-on-failure", "--no-shrink", "--no-color",
         "--warnings", "off", "--report", "json", "--report-json-path", str(report), *options],
        cwd=folder, capture_output=True, text=True, timeout=300)
    if not report.exists():
        raise AssertionError(f"schemathesis did not run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    said = json.loads(report.read_text())
    cases = said["test_cases"]
    print(f"     {name}: {json.dumps(cases)}", flush=True)
    if done.returncode or said["failures"] or said["errors"]:
        raise AssertionError(done.stdout[-12000:])
    assert "500 Internal" not in done.stdout
    assert (cases.get("generated") or cases.get("total") or 0) > 0 if isinstance(cases, dict) else cases


def walk(node, name, *options, examples=12, origin=None):
    ask_schemathesis(node.folder, name, f"{origin or node.origin}/openapi.json", *options, examples=examples)


def walk_registry(node, name, *options):
    ask_schemathesis(node.folder, name, f"{node.origin}/openapi.json", *REGISTRY_CHECKS, *options,
                     config=CONFIG + BESIDE_PAGES)


def signed_in(node, login):
    cookie, token = node.sign_in(login)
    return [*GIVEN, "-H", f"Cookie: {cookie}", "-H", f"X-CSRF-Token: {token}"]


def test_strangers(node):
    """Nothing guarded opens, and nothing breaks. A made-up token is any text, and what is none is 400 (RFC 6750 §3.1)."""
    walk(node, "stranger", *GIVEN, "--exclude-path-regex", f"{OAUTH}|{SCIM}|{REGISTRY}")


def test_strangers_at_the_registry(node):
    walk_registry(node, "stranger-registry", *GIVEN)


def test_strangers_at_the_directory(node):
    walk(node, "stranger-scim", "--include-path-regex", SCIM, *JUDGED_BY_CONTENT, examples=6)


def test_strangers_at_the_port_for_nodes(node):
    """Whoever does not sign as a member's node gets nothing there. A signature is text to a schema; what is none is 400."""
    walk(node, "stranger-peers", "--tls-verify", "false", *JUDGED_BY_CONTENT, origin=f"https://127.0.0.1:{node.peer}")


def test_strangers_at_the_token_doors(node):
    walk(node, "stranger-oauth", "--include-path-regex", OAUTH, *JUDGED_BY_CONTENT)


def test_officer(node):
    walk(node, "officer", "--exclude-path-regex", f"^/(identity|scim|[.]well-known)|{REGISTRY}", *signed_in(node, "officer"))


def test_officer_at_the_registry(node):
    walk_registry(node, "officer-registry", *signed_in(node, "officer"))


def test_incident_handler(node):
    walk(node, "handler", "--include-path-regex", "^/(threats|incidents)", *signed_in(node, "incident-handler"))


def test_administrator(node):
    walk(node, "administrator", "--include-path-regex", "^/(ledger|exchange|healthz)", "--exclude-path-regex", REGISTRY,
         *signed_in(node, "node-administrator"))


def test_administrator_at_the_registry(node):
    walk_registry(node, "administrator-registry", *signed_in(node, "node-administrator"))


def test_client(node):
    """A registered client with its secret."""
    walk(node, "client", "--include-path-regex", OAUTH, *GIVEN, "-a", ":".join(node.client), *JUDGED_BY_CONTENT)


def test_application(node):
    """The doors of events with the key of an application that may publish and follow."""
    walk(node, "application", "--include-path-regex", EVENTS, *GIVEN, "-H", f"X-Api-Key: {node.application_key}",
         *JUDGED_BY_CONTENT)


def test_service_account(node):
    """SCIM with the key of a service account."""
    walk(node, "service", "--include-path-regex", SCIM, *GIVEN, "-H", f"Authorization: Bearer {node.service_key}",
         *JUDGED_BY_CONTENT, examples=6)


def test_reading_service_account(node):
    """SCIM with a key that may read, and is told no address."""
    walk(node, "reader", "--include-path-regex", SCIM, *GIVEN, "-H", f"Authorization: Bearer {node.reader_key}",
         *JUDGED_BY_CONTENT, examples=6)


def with_key(key):
    return [*GIVEN, "-H", f"Authorization: Bearer {key}"]


def test_service_account_at_the_registry(node):
    """A program that keeps services and applications: no cookie, no form's token."""
    walk_registry(node, "program-registry", *with_key(node.axis_key))


def test_service_account_on_the_axis(node):
    """The catalogue, grants and requests; what people decide stays shut to it."""
    walk(node, "program-axis", "--include-path-regex", "^/exchange", "--exclude-path-regex", REGISTRY,
         *with_key(node.axis_key))


def test_reading_service_account_on_the_axis(node):
    walk(node, "program-reader", "--include-path-regex", "^/exchange", "--exclude-path-regex", REGISTRY,
         *with_key(node.axis_reader_key))
