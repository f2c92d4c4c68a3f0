"""Challenges and logins, against the worked examples of the RFCs and what cameras send instead of them."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.auth import Challenge, Login, choose, parse_challenges
from probes.errors import CameraFault, ProbeError

MD5 = Challenge("digest", {"realm": "cam", "nonce": "n1"})
MD5_SESS = Challenge("digest", {"realm": "cam", "nonce": "n1", "algorithm": "MD5-sess"})
SHA256 = Challenge("digest", {"realm": "cam", "nonce": "n2", "algorithm": "SHA-256"})
BASIC = Challenge("basic", {"realm": "cam"})


def _fields(header: str) -> dict[str, str]:
    """The parameters of an Authorization header, read without the code under test."""
    return {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}


def _login(challenge: str, username: str, password: str, cnonce: str | None = None) -> Login:
    (found,) = parse_challenges([challenge])
    return Login(found, username, password, cnonce)


def _chosen(*challenges: Challenge, remembered: str | None = None, basic_allowed: bool = False) -> Challenge:
    return choose(challenges, "rtsp.describe", remembered=remembered, basic_allowed=basic_allowed)


def test_the_worked_example_of_rfc_2617_is_answered_as_printed():
    """RFC 2617 3.5: MD5 with qop, the response and every other field of the example."""
    login = _login(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        "Mufasa",
        "Circle Of Life",
        cnonce="0a4f113b",
    )
    assert _fields(login.header("GET", "/dir/index.html")) == {
        "username": "Mufasa",
        "realm": "testrealm@host.com",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "uri": "/dir/index.html",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "0a4f113b",
        "response": "6629fae49393a05397450978507c4ef1",
        "opaque": "5ccc069c403ebaf9f0171e9517f40e41",
    }


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_worked_examples_of_rfc_7616_are_answered_as_printed(algorithm, response):
    """RFC 7616 3.9.1: the same request by MD5 and by SHA-256; the algorithm is named without quotes."""
    login = _login(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
        "Mufasa",
        "Circle of Life",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    header = login.header("GET", "/dir/index.html")
    assert _fields(header)["response"] == response
    assert f"algorithm={algorithm}" in header


@pytest.mark.field(24)
@pytest.mark.parametrize(
    ("realm", "charset", "name", "encoding"),
    [
        ("Caméra".encode("latin-1"), "", "giám", "latin-1"),
        ("Caméra".encode("latin-1"), ', charset="UTF-8"', "giám", "utf-8"),
        ("Caméra".encode("latin-1"), "", "Nguyễn", "utf-8"),
        ("Trường".encode(), "", "giám", "utf-8"),
        (b"IP Camera", "", "Nguyễn", "utf-8"),
    ],
)
def test_the_realm_is_hashed_and_sent_back_byte_by_byte(realm, charset, name, encoding):
    """A realm in Latin-1 stays in it, and the name follows where it can; `charset` says UTF-8 (RFC 7616 3.4)."""
    header = b'Digest realm="' + realm + b'", nonce="n"' + charset.encode()
    (challenge,) = parse_challenges([header.decode("utf-8", "surrogateescape")])
    sent = Login(challenge, name, "pa:ss é").header("GET", "/").encode("utf-8", "surrogateescape")
    secret = hashlib.md5(name.encode(encoding) + b":" + realm + b":" + "pa:ss é".encode(encoding)).hexdigest()
    assert b'realm="' + realm + b'"' in sent
    assert b'username="' + name.encode(encoding) + b'"' in sent
    assert hashlib.md5(f"{secret}:n:{hashlib.md5(b'GET:/').hexdigest()}".encode()).hexdigest().encode() in sent


def test_sha_512_256_is_answered_by_the_formula_of_rfc_7616():
    """RFC 7616 3.4.1 with H = SHA-512/256, computed here step by step (the example there needs userhash)."""
    login = _login('Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"', "u", "p", cnonce="c")

    def hashed(text: str) -> str:
        return hashlib.new("sha512_256", text.encode()).hexdigest()

    expected = hashed(f"{hashed('u:r:p')}:n:00000001:c:auth:{hashed('DESCRIBE:rtsp://h/')}")
    assert _fields(login.header("DESCRIBE", "rtsp://h/"))["response"] == expected


def test_a_challenge_without_qop_is_answered_as_rfc_2069_has_it():
    """RFC 2069 2.1.2: no cnonce, no count. Nearly every RTSP camera asks like this."""
    login = _login('Digest realm="IP Camera(C1234)", nonce="6f1a"', "admin", "12345")
    secret = hashlib.md5(b"admin:IP Camera(C1234):12345").hexdigest()
    request = hashlib.md5(b"DESCRIBE:rtsp://h/1").hexdigest()
    fields = _fields(login.header("DESCRIBE", "rtsp://h/1"))
    assert fields["response"] == hashlib.md5(f"{secret}:6f1a:{request}".encode()).hexdigest()
    assert fields.keys() == {"username", "realm", "nonce", "uri", "response"}


def test_md5_sess_hashes_the_secret_with_both_nonces():
    """RFC 7616 3.4.2: A1 is H(user:realm:password):nonce:cnonce, and the cnonce is sent even without qop."""
    login = _login('Digest realm="r", nonce="n", algorithm=MD5-sess', "u", "p", cnonce="c")
    secret = hashlib.md5(f"{hashlib.md5(b'u:r:p').hexdigest()}:n:c".encode()).hexdigest()
    request = hashlib.md5(b"GET:/").hexdigest()
    fields = _fields(login.header("GET", "/"))
    assert fields["response"] == hashlib.md5(f"{secret}:n:{request}".encode()).hexdigest()
    assert fields["cnonce"] == "c"


def test_the_count_rises_with_every_request():
    """RFC 7616 3.4: nc counts the requests signed with one nonce; a camera refuses one that comes twice."""
    login = _login('Digest realm="r", nonce="n", qop="auth"', "u", "p")
    assert [_fields(login.header("GET", "/"))["nc"] for _ in range(3)] == ["00000001", "00000002", "00000003"]


def test_each_login_makes_its_own_client_nonce():
    """Two logins of one challenge do not sign alike."""
    headers = {_login('Digest realm="r", nonce="n", qop="auth"', "u", "p").header("GET", "/") for _ in range(2)}
    assert len(headers) == 2


def test_basic_is_base64_of_username_and_password():
    """RFC 7617 2: the example with Aladdin; other letters go as UTF-8 (2.1)."""
    assert Login(BASIC, "Aladdin", "open sesame").header("GET", "/") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert Login(BASIC, "test", "123£").header("GET", "/") == "Basic dGVzdDoxMjPCow=="


def test_quotes_and_line_ends_in_a_username_cannot_break_the_header():
    """A quote is escaped, a line end is dropped: no value can add a field or a header."""
    header = Login(MD5, 'a"b\\c\r\nX: y', "p").header("GET", "/")
    assert 'username="a\\"b\\\\cX: y"' in header
    assert "\n" not in header
    assert "\r" not in header


@pytest.mark.parametrize("joint", [", ", " ,", ",,", " "])
def test_several_challenges_in_one_header_are_told_apart(joint):
    """RFC 7235 4.1 allows them with commas, which some cameras leave out; parameters stay with their scheme."""
    header = joint.join(['Digest realm="a", nonce="1"', 'Basic realm="b"', 'Digest realm="c", algorithm=SHA-256'])
    assert parse_challenges([header]) == (
        Challenge("digest", {"realm": "a", "nonce": "1"}),
        Challenge("basic", {"realm": "b"}),
        Challenge("digest", {"realm": "c", "algorithm": "SHA-256"}),
    )


def test_several_headers_give_their_challenges_in_order():
    """ONVIF and RFC 7616 3.7: one header per algorithm."""
    found = parse_challenges(['Digest realm="a", nonce="1", algorithm=SHA-256', 'DIGEST realm="a", nonce="1"'])
    assert [c.name for c in found] == ["digest-sha-256", "digest-md5"]


def test_commas_and_escaped_quotes_inside_quotes_belong_to_the_value():
    """A realm may hold what elsewhere divides parameters."""
    (found,) = parse_challenges(['Digest realm="Cổng, \\"A\\", nonce=x", nonce="n,1"'])
    assert found.params == {"realm": 'Cổng, "A", nonce=x', "nonce": "n,1"}


def test_values_without_quotes_are_read():
    """Cameras leave the quotes out."""
    (found,) = parse_challenges(["Digest realm=cam,nonce=abc==, qop=auth , stale=TRUE"])
    assert found.params == {"realm": "cam", "nonce": "abc==", "qop": "auth", "stale": "TRUE"}
    assert found.stale


def test_blanks_in_a_value_without_quotes_belong_to_the_value():
    """`realm=IP Camera` is one realm, and not a further scheme called Camera; the next parameter is still found."""
    (found,) = parse_challenges(["Digest realm=IP Camera nonce=1, qop=auth"])
    assert found.params == {"realm": "IP Camera", "nonce": "1", "qop": "auth"}
    two = parse_challenges(["Digest realm=IP Camera, nonce=1, Basic realm=IP Camera"])
    assert [(c.scheme, c.params["realm"]) for c in two] == [("digest", "IP Camera"), ("basic", "IP Camera")]


def test_a_missing_last_quote_ends_with_the_header():
    """A header that is cut off still gives what it says."""
    (found,) = parse_challenges(['Digest realm="cam", nonce="abc'])
    assert found.params == {"realm": "cam", "nonce": "abc"}


def test_a_missing_realm_is_an_empty_one():
    """Some cameras send no realm and hash with an empty one."""
    login = _login('Digest nonce="n"', "u", "p")
    secret, request = hashlib.md5(b"u::p").hexdigest(), hashlib.md5(b"GET:/").hexdigest()
    assert _fields(login.header("GET", "/"))["response"] == hashlib.md5(f"{secret}:n:{request}".encode()).hexdigest()


def test_an_empty_algorithm_is_md5():
    """RFC 7616 3.3: MD5 where none is named; an empty name is none, and is not sent back."""
    (found,) = parse_challenges(['Digest realm="r", nonce="n", algorithm=""'])
    assert found.name == "digest-md5"
    assert "algorithm" not in Login(found, "u", "p").header("GET", "/")


@pytest.mark.parametrize(
    ("challenge", "answerable"),
    [
        ('Digest realm="r", nonce="n"', True),
        ('Digest realm="r", nonce="n", qop=""', True),
        ('Digest realm="r", nonce="n", qop="auth-int auth"', True),
        ('Digest realm="r", nonce="n", qop="auth-int"', False),
        ('Digest realm="r"', False),
        ('Digest realm="r", nonce="n", algorithm=SHA-1', False),
        ("Basic", True),
        ("Negotiate", False),
        ("Bearer", False),
    ],
)
def test_only_what_can_be_answered_is_answerable(challenge, answerable):
    """A try is never spent on a challenge that cannot be answered right, such as one without a nonce."""
    (found,) = parse_challenges([challenge])
    assert found.answerable is answerable


@pytest.mark.parametrize(("value", "stale"), [("true", True), ("TRUE", True), ("false", False), ("", False)])
def test_stale_is_read_in_any_case(value, stale):
    """RFC 7616 3.3: `stale=true` says that the login is right and only the nonce too old."""
    assert parse_challenges([f'Digest nonce="n", stale={value}'])[0].stale is stale


@pytest.mark.parametrize(
    ("offered", "remembered", "chosen"),
    [
        ((SHA256, MD5), None, MD5),
        ((MD5, SHA256), None, MD5),
        ((SHA256,), None, SHA256),
        ((MD5, SHA256), "digest-sha-256", SHA256),
        ((SHA256, MD5), "digest-md5", MD5),
        ((SHA256, MD5), "basic", MD5),
        ((MD5_SESS, SHA256), None, MD5_SESS),
        ((BASIC, SHA256), None, SHA256),
        ((Challenge("negotiate"), MD5), None, MD5),
    ],
)
def test_the_scheme_is_the_remembered_one_then_md5_then_sha_256(offered, remembered, chosen):
    """Cameras that offer SHA-256 and fail it would count a refused login: so MD5 goes first, unless it is known."""
    assert _chosen(*offered, remembered=remembered) is chosen


def test_of_two_challenges_of_one_name_the_first_is_answered():
    """The server lists what it likes best first (RFC 7235 4.1)."""
    again = Challenge("digest", {"realm": "other", "nonce": "n9"})
    assert _chosen(MD5, again) is MD5


def test_basic_is_chosen_only_where_it_is_allowed_and_last():
    """Basic shows the password to the network: only over TLS or by a person's choice, and never before Digest."""
    assert _chosen(BASIC, basic_allowed=True) is BASIC
    assert _chosen(BASIC, MD5, basic_allowed=True) is MD5
    with pytest.raises(CameraFault, match="Basic would show the password") as caught:
        _chosen(BASIC, remembered="basic")
    assert caught.value.kind == "auth_scheme_unsupported"


def test_nothing_that_can_be_answered_is_an_error_that_names_what_was_offered():
    """The technician reads which kinds of login the device asks for."""
    with pytest.raises(CameraFault, match=r"the device offers negotiate, bearer$"):
        _chosen(Challenge("negotiate"), Challenge("bearer"))
    with pytest.raises(CameraFault, match="the device offers nothing"):
        _chosen()


@given(st.lists(st.text() | st.text('Digest realm="\\=, x', max_size=60), max_size=3))
def test_no_header_can_break_reading_choosing_or_signing(values):
    """Whatever a camera sends: challenges come out, and one is answered or refused with our own error."""
    challenges = parse_challenges(values)
    try:
        chosen = choose(challenges, "rtsp.describe", remembered=None, basic_allowed=True)
    except ProbeError:
        return
    assert "\n" not in Login(chosen, "u", "p").header("DESCRIBE", "rtsp://h/")


@given(st.dictionaries(st.sampled_from(["realm", "nonce", "opaque", "domain"]), st.text(st.characters(codec="ascii"))))
def test_quoted_values_are_read_back_as_they_were_meant(params):
    """Quoting (RFC 7230 3.2.6) and reading are inverse."""
    quoted = ", ".join(
        f'{name}="{re.sub(chr(92) * 2 + "|" + chr(34), lambda m: chr(92) + m[0], value)}"'
        for name, value in params.items()
    )
    (found,) = parse_challenges([f"Digest {quoted}"])
    assert found.params == params
