"""The pages as people open them: over TLS, by their name, through the proxy.

Strategy: one connection shows the certificate, verified as a browser does it (`SSL_CERT_FILE` names authorities beside
those of the system); what the page for signing in answers shows the rest. HSTS and the mark of the cookie are of
`serve` itself, so they say how the running program is set and not what a file says.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, mind, well

SOON, VERY_SOON = timedelta(days=30), timedelta(days=10)
_DOCS = "docs/install.md"
_WRONG_NAME = 421


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (names in lower case) and the cookies."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...] = ()


def outside(around: Around) -> Iterator[Checked]:
    """Everything about the address at which people open the pages."""
    web = around.settings.web
    address = around.address or around.settings.mail.links
    parts = urlsplit(address)
    if not web.https:
        yield _not_set()
        return
    if parts.scheme != "https" or not parts.hostname:
        yield _no_address()
        return
    host, port = parts.hostname, parts.port or 443
    if host not in web.hosts:
        yield _unknown_name(host)
    yield _proxies(around, host)
    yield from certificate(around, host, port)
    yield from answers(around, host, port)
    yield from plain(around, host)


def certificate(around: Around, host: str, port: int) -> Iterator[Checked]:
    """It is of this name, by an authority that this machine knows, and lasts."""
    at = f"{host}:{port}"
    try:
        ends = _ends(host, port, around.patience_s)
    except ssl.SSLCertVerificationError as error:
        yield bad("tls", both(f"{at}: {error.verify_message}"), _CERTIFICATE)
        return
    except (OSError, ValueError) as error:
        yield bad("tls", {"vi": f"{at}: {type(error).__name__}", "en": f"{at}: {type(error).__name__}"}, _PROXY)
        return
    days = (ends - around.now).days
    seen = {"vi": f"{at}: chứng chỉ còn {days} ngày", "en": f"{at}: the certificate lasts {days} days"}
    if ends - around.now < VERY_SOON:
        yield bad("tls", seen, _RENEW)
    elif ends - around.now < SOON:
        yield mind("tls", seen, _RENEW)
    else:
        yield well("tls", seen["vi"], seen["en"])


def answers(around: Around, host: str, port: int) -> Iterator[Checked]:
    """The page for signing in comes through the proxy, with HSTS and a cookie that goes over TLS alone."""
    try:
        answer = ask(host, port, "/login?lang=vi", around.patience_s, tls=True)
    except (OSError, http.client.HTTPException) as error:
        yield bad("proxy", both(f"{host}:{port}: {type(error).__name__}"), _PROXY)
        return
    if answer.status == _WRONG_NAME:
        yield bad("proxy", {"vi": "serve không nhận ra tên (421)", "en": "serve does not know the name (421)"}, _HOST)
        return
    if answer.status != http.client.OK:
        yield bad("proxy", {"vi": f"/login trả lời {answer.status}", "en": f"/login answers {answer.status}"}, _PROXY)
        return
    yield well("proxy", "trang đăng nhập đi qua proxy", "the page for signing in comes through the proxy")
    yield _hsts(answer)
    yield _cookie(answer)


def plain(around: Around, host: str) -> Iterator[Checked]:
    """Who leaves out https:// is sent there."""
    if around.plain_port is None:
        return
    try:
        answer = ask(host, around.plain_port, "/login", around.patience_s, tls=False)
    except (OSError, http.client.HTTPException):
        seen = {"vi": "không ai trả lời http://", "en": "nobody answers http://"}
        yield mind("redirect", seen, _REDIRECT)
        return
    if 300 <= answer.status < 400 and answer.headers.get("location", "").startswith(f"https://{host}"):
        yield well("redirect", "http:// được chuyển sang https://", "http:// is sent on to https://")
    else:
        seen = {"vi": f"http:// trả lời {answer.status}", "en": f"http:// answers {answer.status}"}
        yield bad("redirect", seen, _REDIRECT)


def ask(host: str, port: int, path: str, patience_s: float, *, tls: bool) -> Answer:
    """What is answered to a GET; no redirect is followed. Raises OSError, HTTPException."""
    connection = (
        http.client.HTTPSConnection(host, port, timeout=patience_s, context=ssl.create_default_context())
        if tls
        else http.client.HTTPConnection(host, port, timeout=patience_s)
    )
    try:
        connection.request("GET", path)
        got = connection.getresponse()
        headers = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, headers, tuple(got.headers.get_all("Set-Cookie", [])))
    finally:
        connection.close()


def _ends(host: str, port: int, patience_s: float) -> datetime:
    """Until when the certificate is good. Raises OSError, of which SSLCertVerificationError is one."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), patience_s) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        held = secure.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(held.get("notAfter", ""))), UTC)


def _hsts(answer: Answer) -> Checked:
    if "max-age=" in answer.headers.get("strict-transport-security", ""):
        return well("hsts", "có HSTS", "it is said")
    return bad("hsts", {"vi": "không có HSTS", "en": "it is not said"}, _RESTART)


def _cookie(answer: Answer) -> Checked:
    if answer.cookies and all("secure" in cookie.lower().replace(" ", "").split(";") for cookie in answer.cookies):
        return well("cookie", "cookie chỉ gửi qua TLS", "it is sent over TLS alone")
    return bad("cookie", {"vi": "cookie không có Secure", "en": "it has no mark Secure"}, _RESTART)


def _proxies(around: Around, host: str) -> Checked:
    """Whether `serve` believes a proxy that can be the one in front. Which it is, `serve` alone sees."""
    named = around.settings.web.proxies
    if not named or "*" in named:
        return _no_proxies()
    here = {"127.0.0.1", "::1", *_addresses(host)}
    if any(_holds(text, address) for text in named for address in here):
        return well("proxies", f"serve tin {', '.join(named)}", f"serve believes {', '.join(named)}")
    seen = {
        "vi": f"{', '.join(named)}: không phải máy này, cũng không phải {host}",
        "en": f"{', '.join(named)}: neither this machine nor {host}",
    }
    return mind("proxies", seen, _NAME_PROXY)


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()


def _holds(text: str, address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]) in ip_network(text, strict=False)
    except ValueError:
        return False


def _not_set() -> Checked:
    seen = {
        "vi": "web.https = false: chỉ máy này mở được trang web",
        "en": "web.https = false: this machine alone opens the pages",
    }
    to_do = {
        "vi": f"để người khác dùng: đặt nginx có TLS phía trước, web.https = true, web.hosts, web.proxies ({_DOCS})",
        "en": f"for others: nginx with TLS in front, web.https = true, web.hosts, web.proxies ({_DOCS})",
    }
    return mind("https", seen, to_do)


def _no_proxies() -> Checked:
    seen = {
        "vi": "web.proxies để trống hoặc “*”: không biết ai thật sự truy cập",
        "en": "web.proxies is empty, or “*”: who asks is not known",
    }
    return bad("proxies", seen, _NAME_PROXY)


def _no_address() -> Checked:
    return left_out(
        "https",
        "chưa biết địa chỉ công khai: camera-registry doctor --address https://TÊN, hoặc mail.links",
        "the address is not known: camera-registry doctor --address https://NAME, or mail.links",
    )


def _unknown_name(host: str) -> Checked:
    seen = {"vi": f"{host} không có trong web.hosts", "en": f"{host} is not in web.hosts"}
    to_do = both(f'[web] hosts = ["{host}"]')
    return bad("host-name", seen, to_do)


_CERTIFICATE = {
    "vi": f"cấp chứng chỉ cho đúng tên này, kèm chứng chỉ trung gian (fullchain), rồi nginx -s reload ({_DOCS})",
    "en": f"get a certificate for this name, with those between (fullchain), then nginx -s reload ({_DOCS})",
}
_RENEW = {"vi": "gia hạn chứng chỉ, rồi nginx -s reload", "en": "renew the certificate, then nginx -s reload"}
_PROXY = {
    "vi": f"kiểm tra nginx đang chạy, proxy_pass đúng cổng web.port, và serve đang chạy ({_DOCS})",
    "en": f"check that nginx runs, that proxy_pass has the port of web.port, and that serve runs ({_DOCS})",
}
_NAME_PROXY = {
    "vi": f'địa chỉ mà proxy gọi serve, như web.proxies = ["127.0.0.1"] khi nginx ở máy này ({_DOCS})',
    "en": f'the address from which the proxy asks serve, like web.proxies = ["127.0.0.1"] ({_DOCS})',
}
_HOST = {
    "vi": "nginx: proxy_set_header Host $http_host; và ghi tên vào web.hosts, rồi khởi động lại serve",
    "en": "nginx: proxy_set_header Host $http_host; and name it in web.hosts, then start serve again",
}
_RESTART = {
    "vi": "web.https = true rồi khởi động lại serve; nginx không được bỏ tiêu đề này",
    "en": "web.https = true, then start serve again; nginx must not take the header away",
}
_REDIRECT = {
    "vi": f"nginx: server {{ listen 80; return 301 https://$host$request_uri; }} ({_DOCS})",
    "en": f"nginx: server {{ listen 80; return 301 https://$host$request_uri; }} ({_DOCS})",
}
