"""Posting to addresses of others: signed, over verified TLS, to no address that is refused, after no redirect."""

import base64
import hashlib
import hmac
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
import trustme

from camera_registry.sending.post import PostError, Rules, check, post
from camera_registry.sending.signature import new_secret, signed
from probes.outgoing import Networks
from tests.camera_registry.hook_server import hook_server

OPEN = Rules(lambda: Networks(loopback=True), http=True, timeout_s=5)


def test_a_signature_is_that_of_independent_code():
    """Base64 of HMAC-SHA256 with the decoded secret over id.timestamp.body, as the Standard Webhooks form has it."""
    secret, body = new_secret(), '{"type": "digest", "đ": 1}'.encode()
    headers = signed(secret, "msg_7", 1_700_000_000, body)
    key = base64.b64decode(secret.split("_", 1)[1])
    assert len(key) == 32
    expected = hmac.digest(key, b"msg_7.1700000000." + body, hashlib.sha256)
    version, _, told = headers["webhook-signature"].partition(",")
    assert (version, base64.b64decode(told)) == ("v1", expected)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_7", "1700000000")


def test_the_signature_of_the_published_example():
    """The example of the Standard Webhooks libraries."""
    body = b'{"test": 2432232314}'
    headers = signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "https://u:p@example.org/", "https://example.org/#a", "ftp://example.org", "https://", "x",
     "https://exa mple.org", "https://example.org:99999/", "https://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address):
    """HTTPS alone, without a login."""
    with pytest.raises(PostError):
        check(address, Rules(lambda: Networks()))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0",
     "[fe80::1]", "100.100.100.200", "[64:ff9b::7f00:1]"],
)  # fmt: skip
def test_nobody_is_reached_who_is_refused(host):
    """This machine, link-local and metadata addresses, however they are spelled: nothing is sent there."""
    with pytest.raises(PostError):
        post(f"https://{host}/", b"{}", {}, Rules(lambda: Networks(), timeout_s=2))


def test_this_servers_own_addresses_are_refused():
    """Those that the settings refuse, although loopback is allowed."""
    with pytest.raises(PostError, match="server"):
        post("http://10.1.2.3/", b"{}", {}, replace(OPEN, networks=lambda: Networks(refused=("10.1.2.0/24",))))


def test_a_redirect_is_an_answer_and_is_not_followed():
    """Wherever it leads."""
    with hook_server() as elsewhere, hook_server() as hook:
        hook.answers.append((307, {"location": elsewhere.address}))
        assert post(hook.address, b"{}", {"webhook-id": "a"}, OPEN) == 307
        assert (len(hook.came), len(elsewhere.came)) == (1, 0)
        assert hook.came[0][1]["webhook-id"] == "a"


def test_tls_is_verified_against_the_name():
    """A certificate that nobody trusts, or of another name, is refused; a trusted one of the name is taken."""
    authority, stranger = trustme.CA(), trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    with hook_server(server) as hook:
        rules = replace(OPEN, context=client)
        assert post(hook.address, b"{}", {}, rules) == 200
        with pytest.raises(PostError):
            post(hook.address.replace("localhost", "127.0.0.1"), b"{}", {}, rules)
        other = ssl.create_default_context()
        stranger.configure_trust(other)
        with pytest.raises(PostError):
            post(hook.address, b"{}", {}, replace(OPEN, context=other))
        assert len(hook.came) == 1


@contextmanager
def _slow(first, then):
    """A receiver that says `first` at once, and `then` ever again, a tenth of a second apart, until nobody listens."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65536)
            self.request.sendall(first)
            while then and not over.wait(0.1):
                try:
                    self.request.sendall(then)
                except OSError:
                    return
            over.wait(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            over.set()
            server.shutdown()
            thread.join()


@pytest.mark.timeout(8)
@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nx: "])
def test_a_receiver_that_speaks_slowly_is_cut_off(first):
    """However often it says something: no status, and no end of its headers."""
    with _slow(first, b"a") as address, pytest.raises(PostError, match="in time"):
        post(address, b"{}", {}, replace(OPEN, timeout_s=1))


@pytest.mark.timeout(8)
def test_the_body_of_an_answer_is_not_read():
    """The status is known before a body that never ends."""
    with _slow(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"a") as address:
        assert post(address, b"{}", {}, replace(OPEN, timeout_s=2)) == 200
