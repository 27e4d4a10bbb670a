"""A node that speaks TLS with people and programs itself, as a small one without a proxy does, and certificates that
nobody's authority signed."""

import base64
import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from served import ROOT, ServedNode


@dataclass
class SelfSigned:
    certificate: Path
    key: Path
    # Base 64 URL of the SHA-256 of its DER, as RFC 8705 names it.
    thumbprint: str


def self_signed(folder, name):
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(secret.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=60))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(secret, hashes.SHA256()))
    files = SelfSigned(
        folder / f"{name}.crt", folder / f"{name}.key",
        base64.urlsafe_b64encode(hashlib.sha256(
            made.public_bytes(serialization.Encoding.DER)).digest()).rstrip(b"=").decode())
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    files.key.chmod(0o600)
    return files


class TLSNode(ServedNode):
    environment = {"TRUC_WEB_PUBLIC_FOLDER": str((ROOT / "Public").resolve())}
    scheme = "https"

    def more(self):
        self.own = self_signed(self.folder, "localhost")
        return ["--web-tls-certificate-file", str(self.own.certificate), "--web-tls-key-file", str(self.own.key)]
