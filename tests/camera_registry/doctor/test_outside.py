"""Doctor opens the pages as people do: each thing that can be wrong on the way is seen, and what to do is said."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme

from camera_registry.config import WebSettings
from camera_registry.doctor.outside import outside, plain
from tests.camera_registry.doctor.places import around

GOOD = {"Strict-Transport-Security": "max-age=31536000", "Set-Cookie": "lang=vi; HttpOnly; Secure; SameSite=lax"}
WEB = WebSettings(https=True, hosts=("localhost",), proxies=("127.0.0.1",))


@pytest.fixture(scope="module")
def authority():
    """Who certifies."""
    return trustme.CA()


@contextmanager
def _server(answers, context=None):
    """A server on loopback that answers a path with a status and headers; its port."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers = answers.get(self.path.partition("?")[0], (404, {}))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            """Nothing is printed."""

    class Quiet(HTTPServer):
        def handle_error(self, *_):
            """A client that does not like the certificate goes away."""

    with Quiet(("127.0.0.1", 0), Answering) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def found(authority, tmp_path, monkeypatch):
    """A function: what the checks come to, by name, where the proxy answers so."""

    def ask(headers=None, status=200, name="localhost", web=WEB, **others):
        lasts, known = others.get("lasts", timedelta(days=90)), others.get("known", True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, not_after=datetime.now(UTC) + lasts).configure_cert(context)
        (authority if known else trustme.CA()).cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        sent = GOOD if headers is None else headers
        answers = {"/login": (status, sent)}
        redirect = {"/login": others.get("plain") or (301, {"Location": "https://localhost/login"})}
        with _server(answers, context) as port, _server(redirect) as other:
            near = around(
                tmp_path, now=datetime.now(UTC), address=f"https://localhost:{port}", plain_port=other, web=web
            )
            return {each.name: each for each in outside(near)}

    return ask


def _bad(found):
    return {name for name, each in found.items() if each.state != "well"}


def test_everything_that_is_right_is_well(found):
    """Certificate, name, days, HSTS, cookie, proxy and the way from http are each said."""
    told = found()
    assert {name: each.state for name, each in told.items()} == dict.fromkeys(
        ("proxies", "tls", "proxy", "hsts", "cookie", "redirect"), "well"
    )


@pytest.mark.parametrize(
    ("wrong", "named", "words"),
    [
        ({"headers": {**GOOD, "Strict-Transport-Security": ""}}, "hsts", "web.https = true"),
        ({"headers": {**GOOD, "Set-Cookie": "lang=vi; HttpOnly"}}, "cookie", "web.https = true"),
        ({"headers": {"Strict-Transport-Security": "max-age=1"}}, "cookie", "web.https = true"),
        ({"status": 421}, "proxy", "proxy_set_header Host $http_host"),
        ({"status": 502}, "proxy", "proxy_pass"),
        ({"plain": (200, {})}, "redirect", "return 301 https://$host$request_uri"),
        ({"plain": (301, {"Location": "https://other.example/"})}, "redirect", "return 301"),
        ({"lasts": timedelta(days=5)}, "tls", "renew"),
        ({"lasts": timedelta(days=20)}, "tls", "renew"),
        ({"web": WEB.model_copy(update={"proxies": ("*",)})}, "proxies", "web.proxies"),
        ({"web": WEB.model_copy(update={"proxies": ()})}, "proxies", "web.proxies"),
        ({"web": WEB.model_copy(update={"proxies": ("192.0.2.0/28",)})}, "proxies", "web.proxies"),
        ({"web": WEB.model_copy(update={"hosts": ("other.example",)})}, "host-name", 'hosts = ["localhost"]'),
    ],
)
def test_each_thing_that_is_wrong_is_named_with_what_to_do(found, wrong, named, words):
    """One thing is wrong, that one is said, and nothing else."""
    told = found(**wrong)
    assert _bad(told) == {named}
    assert words in told[named].to_do["en"]
    assert told[named].to_do["vi"]


def test_a_certificate_of_another_name_is_bad(found):
    """It is told as OpenSSL says it, and nothing is asked without a certificate that is right."""
    told = found(name="other.example")
    assert told["tls"].state == "bad"
    assert "not valid for 'localhost'" in told["tls"].seen["en"]
    assert {name: each.state for name, each in told.items()}["proxy"] == "bad"


def test_a_certificate_that_has_ended_is_bad(found):
    """A browser shows nobody the pages."""
    assert "expired" in found(lasts=timedelta(seconds=-30))["tls"].seen["en"]


def test_a_certificate_of_nobody_that_is_known_is_bad(found):
    """One that somebody made for themselves: no authority of this machine knows it."""
    assert "certificate" in found(known=False)["tls"].seen["en"]


def test_a_proxy_that_is_not_there_is_bad(tmp_path):
    """Neither certificate nor page can be looked at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = {each.name: each for each in outside(around(tmp_path, address=f"https://localhost:{port}", web=WEB))}
    assert (gone["tls"].state, gone["proxy"].state) == ("bad", "bad")


def test_without_tls_it_says_what_to_do(tmp_path):
    """Pages for this machine alone work: a thing to mind."""
    (each,) = outside(around(tmp_path))
    assert (each.name, each.state) == ("https", "mind")
    assert "nginx" in each.to_do["vi"]


def test_without_an_address_it_says_how_to_name_one(tmp_path):
    """Nothing is asked."""
    (each,) = outside(around(tmp_path, web=WEB))
    assert (each.name, each.state) == ("https", "left_out")
    assert "--address https://" in each.seen["en"]


def test_nobody_at_port_80_is_to_be_minded(tmp_path):
    """HSTS brings back who was here before; who was not, types a name without https://."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (each,) = plain(around(tmp_path, plain_port=port), "localhost")
    assert (each.name, each.state) == ("redirect", "mind")
    assert "listen 80" in each.to_do["vi"]
