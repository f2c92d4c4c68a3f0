"""Secrets that are searched for: each in every form in which it could be written down without anybody noticing."""

import base64
import hashlib
import zlib
from contextlib import suppress


class Sought:
    """Secrets by name. A mark is a random word inside a password: its letters are the same in addresses and in HTML."""

    def __init__(self):
        self._forms = {}

    def add(self, name, secret):
        """These bytes must stand nowhere: plain, in base64 wherever it begins, in hex, and in UTF-16."""
        self._forms[f"{name}, plain"] = secret
        for shift in range(3):
            text = base64.b64encode(bytes(shift) + secret)
            inner = text[4 if shift else 0 : -4]  # what its neighbours cannot change
            self._forms[f"{name}, base64 at {shift}"] = inner
            self._forms[f"{name}, base64 for addresses at {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
        self._forms[f"{name}, hex"] = secret.hex().encode()
        self._forms[f"{name}, HEX"] = secret.hex().upper().encode()
        with suppress(UnicodeDecodeError):
            for order in ("le", "be"):
                self._forms[f"{name}, UTF-16 {order}"] = secret.decode().encode(f"utf-16-{order}")

    def add_digests(self, name, user, realms, password):
        """What an HTTP digest is made from, which is as good as the password."""
        for realm in realms:
            digest = hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False)
            self._forms[f"{name}, HA1"] = digest.hexdigest().encode()
            self._forms[f"{name}, HA1 in bytes"] = digest.digest()

    def found(self, data):
        """The forms that stand in `data`, which may be packed."""
        seen = [data]
        with suppress(zlib.error):
            seen.append(zlib.decompress(data))
        return [name for name, form in self._forms.items() if any(form in one for one in seen)]
