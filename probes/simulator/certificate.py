"""The certificate of a camera: of its own making, often old and weak, like those of real ones. Made at each start."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
import warnings
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from probes.simulator.spec import CameraSpec

_VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def server_tls(spec: CameraSpec, host: str) -> ssl.SSLContext:
    """The server side of TLS for a camera of `spec`; its key is on disk for an instant only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old version is what such a camera has
        context.maximum_version = _VERSIONS[spec.tls_newest]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "camera.pem"
        path.touch(0o600)
        path.write_bytes(_pem(_key(spec.tls_bits), host, spec.tls_days))
        context.load_cert_chain(path)
    return context


@lru_cache(maxsize=8)
def _key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _pem(key: rsa.RSAPrivateKey, host: str, days: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "IP camera")])
    now = datetime.now(UTC)
    begins, ends = now - timedelta(days=4000), now + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM)
