"""UsernameToken: a login inside a SOAP header (OASIS WS-Security UsernameToken Profile 1.0; ONVIF core 5.9.4).

Strategy: pure. The digest is SHA-1 over nonce, creation time and password; the nonce is fresh for every request, and
the creation time is the camera's own time, because a camera refuses a token that looks old.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import UTC, datetime

from lxml import etree

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
_WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
_DIGEST = f"{_OASIS}username-token-profile-1.0#PasswordDigest"
_BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"


def security_header(username: str, password: str, created: datetime, nonce: bytes) -> etree._Element:
    """The Security element for one request, dated `created`."""
    date = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{created.microsecond // 1000:03d}Z"
    digest = hashlib.sha1(nonce + date.encode() + password.encode(), usedforsecurity=False).digest()
    security = etree.Element(f"{{{_WSSE}}}Security", nsmap={"wsse": _WSSE, "wsu": _WSU})
    token = etree.SubElement(security, f"{{{_WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{_WSSE}}}Username").text = username
    etree.SubElement(token, f"{{{_WSSE}}}Password", Type=_DIGEST).text = b64encode(digest).decode()
    etree.SubElement(token, f"{{{_WSSE}}}Nonce", EncodingType=_BASE64).text = b64encode(nonce).decode()
    etree.SubElement(token, f"{{{_WSU}}}Created").text = date
    return security
