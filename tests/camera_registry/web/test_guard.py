"""The guard: whose requests pass, and what each answer tells the browser."""

import pytest
from starlette.datastructures import Headers

from camera_registry.web.guard import LARGER, LARGEST_BODY, POLICY, host_of, refusal

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
FORM = {"host": "localhost:8000", "content-length": "9"}


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost:8000", "localhost"),
        ("LOCALHOST", "localhost"),
        ("[::1]:8000", "::1"),
        ("cctv.phuong-a.gov.vn", "cctv.phuong-a.gov.vn"),
        ("", ""),
        ("a@localhost", ""),
        ("localhost/x", ""),
        ("localhost:x", ""),
    ],
)
def test_the_host_of_a_header(header, host):
    """The name alone; nothing for what is no host."""
    assert host_of(header) == host


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}, {"host": "localhost.evil.example:8000"}])
def test_a_name_that_is_not_ours_is_refused(method, headers):
    """A stranger's name that points here gets no page and no form through."""
    assert refusal(method, Headers({**headers, "sec-fetch-site": "same-origin"}), HOSTS).status == 421


def test_two_hosts_are_refused():
    """Which of them is meant nobody knows."""
    assert refusal("GET", Headers(raw=[(b"host", b"localhost"), (b"host", b"localhost")]), HOSTS).status == 421


@pytest.mark.parametrize(
    "said",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": "http://localhost:8000"},
        {"origin": "https://localhost:8000"},
    ],
)
def test_a_form_of_our_own_page_passes(said):
    """The browser says where the form stood: in Sec-Fetch-Site, or, over plain HTTP, in Origin."""
    assert refusal("POST", Headers({**FORM, **said}), HOSTS) is None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:9000"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "QUERY"])
def test_a_form_of_another_page_is_refused(method, said):
    """Other sites, other ports, and whoever does not say."""
    assert refusal(method, Headers({**FORM, **said}), HOSTS).status == 403


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 411), ("x", 411), ("²", 411), (str(LARGEST_BODY + 1), 413), ("9" * 40, 413)],
)
def test_a_body_has_a_length_and_a_limit(length, status):
    """Neither an endless nor a huge form is read."""
    headers = Headers({**FORM, "sec-fetch-site": "same-origin", "content-length": length})
    assert refusal("POST", headers, HOSTS).status == status


def test_what_is_deleted_needs_no_body():
    """Neither a length nor chunks: there is no body; chunks are of no length that is known before."""
    headers = {"host": "localhost:8000", "sec-fetch-site": "same-origin"}
    assert refusal("DELETE", Headers(headers), {"localhost"}) is None
    assert refusal("DELETE", Headers({**headers, "transfer-encoding": "chunked"}), {"localhost"}).status == 411
    assert refusal("POST", Headers(headers), {"localhost"}).status == 411


@pytest.mark.parametrize(
    ("path", "status"),
    [("/devices/a/b/channels/edit", 404), ("/devices/bulk", 404), ("/schools/a/edit", 413)],
)
def test_the_form_of_many_rows_may_be_longer(browser, path, status):
    """A grid of 256 channels; other forms may not."""
    answer = browser.post(
        path, content=b"x=" + b"y" * LARGEST_BODY, headers={"content-type": "application/octet-stream"}
    )
    assert answer.status_code in (status, 422) if status == 404 else answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/api/v1/schools/a/devices/b/channels", 404), ("POST", "/api/v1/changes-of-many", 404),
     ("POST", "/api/v1/schools/a/devices/b/channels", 413), ("PUT", "/api/v1/schools/a", 413)],
)  # fmt: skip
def test_many_rows_may_be_sent_to_the_api_at_once(browser, method, path, status):
    """A grid of 256 channels with long notes, 500 rows that become others; what is no list may not be so long."""
    row = {"school": "a", "device": "b", "index": 1, "name": "x", "area": "yard"}
    body = {"rows": [row], "add_tags": "y" * LARGEST_BODY}
    answer = browser.request(method, path, json=body)
    assert answer.status_code in (status, 422) if status == 404 else answer.status_code == status


@pytest.mark.parametrize(
    ("path", "most"),
    [("/api/v1/visits", "256 KB"), ("/api/v1/changes-of-many", "512 KB"), ("/bundles", "8 MB")],
)
def test_how_much_is_taken_is_told_in_a_number_that_is_not_zero(browser, path, most):
    """In KB below one MB, in both languages."""
    answer = browser.post(path, content=b"x" * (LARGER[path] + 1))
    assert answer.status_code == 413
    assert f"tối đa {most}." in answer.text
    assert f"at most {most} are" in answer.text


@pytest.mark.parametrize(
    ("said", "status"),
    [("application/json", None), ("text/plain; charset=UTF-8", None), ('x; charset="utf-8"', None),
     ("multipart/form-data; boundary=b; charset=unicode_escape", 415), ("application/json; CHARSET = utf-16", 415)],
)  # fmt: skip
def test_letters_come_as_utf_8(said, status):
    """Another way to write them could make signs that no text holds."""
    refused = refusal("POST", Headers({**FORM, "sec-fetch-site": "same-origin", "content-type": said}), HOSTS)
    assert (refused and refused.status) == status


@pytest.mark.parametrize("address", ["/", "/no-such-page", "/static/pages.css", "/static/no-such-file", "/api/v1/none"])
def test_every_answer_says_what_the_browser_may_do(browser, address):
    """Pages, files and errors alike: nothing from elsewhere, nothing inline, in no frame, no guessing of types."""
    headers = browser.get(address).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_refusal_says_it_too(browser):
    """The guard's own answers carry the same headers."""
    answer = browser.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"] == POLICY


def test_pages_are_not_kept_and_files_are_asked_for_again(browser):
    """A page may be true for a minute; a file may change with the next version."""
    assert browser.get("/").headers["cache-control"] == "no-store"
    file = browser.get("/static/pages.css")
    assert file.headers["cache-control"] == "no-cache"
    assert browser.get("/static/pages.css", headers={"If-None-Match": file.headers["etag"]}).status_code == 304
