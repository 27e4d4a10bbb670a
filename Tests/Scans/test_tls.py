"""sslyze on every port that speaks TLS: that for other nodes, that of the gateway, and the pages' where no proxy stands
before them. TLS 1.3 and nothing older, nothing weak, no hole that has a name."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from tls import TLSNode  # noqa: E402

OLD = ["ssl_2_0_cipher_suites", "ssl_3_0_cipher_suites", "tls_1_0_cipher_suites", "tls_1_1_cipher_suites",
       "tls_1_2_cipher_suites"]
SCANS = ["sslv2", "sslv3", "tlsv1", "tlsv1_1", "tlsv1_2", "tlsv1_3", "elliptic_curves", "heartbleed", "openssl_ccs",
         "robot", "compression", "reneg", "early_data", "certinfo", "http_headers"]
GOOD_SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
GOOD_CURVES = {"X25519", "secp256r1", "secp384r1", "secp521r1", "X448"}


def scan(node, port):
    report = node.folder / f"sslyze-{port}.json"
    done = subprocess.run(
        [sys.executable, "-m", "sslyze", *(f"--{it}" for it in SCANS), f"--json_out={report}", f"127.0.0.1:{port}"],
        capture_output=True, text=True, timeout=180)
    assert report.exists(), done.stdout + done.stderr
    found = json.loads(report.read_text())["server_scan_results"][0]
    assert found["scan_status"] == "COMPLETED", found
    return found["scan_result"]


def result(scanned, name):
    it = scanned[name]
    assert it["status"] == "COMPLETED", f"{name}: {it}"
    return it["result"]


def check(scanned):
    for old in OLD:
        accepted = result(scanned, old)["accepted_cipher_suites"]
        assert not accepted, f"{old}: {accepted}"
    suites = {it["cipher_suite"]["name"] for it in result(scanned, "tls_1_3_cipher_suites")["accepted_cipher_suites"]}
    assert suites and suites <= GOOD_SUITES, suites
    curves = {it["name"] for it in result(scanned, "elliptic_curves")["supported_curves"]}
    assert curves and curves <= GOOD_CURVES, curves
    assert not result(scanned, "heartbleed")["is_vulnerable_to_heartbleed"]
    assert not result(scanned, "openssl_ccs_injection")["is_vulnerable_to_ccs_injection"]
    assert "NOT_VULNERABLE" in result(scanned, "robot")["robot_result"]
    assert not result(scanned, "tls_compression")["supports_compression"]
    renegotiation = result(scanned, "session_renegotiation")
    assert not renegotiation["is_vulnerable_to_client_renegotiation_dos"], renegotiation
    # Early data could be replayed.
    assert not result(scanned, "tls_1_3_early_data")["supports_early_data"]
    deployment = result(scanned, "certificate_info")["certificate_deployments"][0]
    leaf = deployment["received_certificate_chain"][0]
    assert leaf["public_key"]["algorithm"] in ("ECPublicKey", "EllipticCurvePublicKey", "_EllipticCurvePublicKey"), leaf
    assert leaf["public_key"]["key_size"] >= 256, leaf["public_key"]
    assert leaf["signature_hash_algorithm"]["name"] in ("sha256", "sha384"), leaf["signature_hash_algorithm"]


def test_the_port_for_nodes(node):
    check(scan(node, node.peer))


def test_the_gateway(node):
    check(scan(node, node.gateway))


def test_the_pages_own_tls(_):
    with TLSNode() as node:
        scanned = scan(node, node.web)
        check(scanned)
        headers = result(scanned, "http_headers")["strict_transport_security_header"]
        assert headers and headers["max_age"] >= 31_536_000, headers
        assert node.process.poll() is None and "an error nobody expected" not in node.said()
