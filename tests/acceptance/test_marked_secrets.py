"""Proof: what is secret stands nowhere but where it is sealed. The demo runs with passwords that carry a mark, a person
types another; both, the key, what a digest is made from, and the passwords and tokens of people are searched for in all
that the program says, keeps, shows and hands to its children.
"""

import base64
import re
import secrets
import sqlite3
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx2
import psutil
import pytest

from camera_registry.demo import DISTRICT, marked
from camera_registry.demo.people import PEOPLE
from camera_registry.web.application import application
from probes.simulator import presets, running
from tests.acceptance.command import run
from tests.acceptance.fleet import until
from tests.acceptance.running_demo import PERSON
from tests.acceptance.sought import Sought
from tests.camera_registry.web.served import parts

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(400)]

SWITCHED_OFF = "devices/0799004/CAM-01"
"""Of the demo: nobody else types its login, and nothing answers it."""
PLACES = {
    "school": "0799001", "code": "CAM-01", "index": "1", "edition": "hcmc-3288", "number": "1", "sweep_id": "1",
    "since": "2020-01-01", "at": "2030-01-01", "rule": "frame-rate-main",
    "frozen": "CS-2026-0001",
}  # fmt: skip
"""What stands in the addresses of the API."""
A_KIND = 4
"""So many addresses that differ in their question alone are asked for."""
MOST_PAGES = 250


@pytest.fixture(scope="module")
def browsed(demo):
    """The demo when its sweep is over, and the browser of the officer of the city who types into it."""
    with demo.signed_in("thanh-pho") as client:
        until(lambda: "<progress" not in client.get("sweep").text, 200)
        yield demo, client


@pytest.fixture(scope="module")
def administrator(demo):
    """The browser of the administrator."""
    with demo.signed_in("quan-tri") as client:
        yield client


@pytest.fixture(scope="module")
def given(browsed):
    """The answer that gives the officer a token for a program, and the token, which was used."""
    demo, client = browsed
    answer = client.post("account/tokens", data={"name": "Bảng tổng hợp", "scope": "write", "days": "1"})
    (token,) = re.findall(r">(crt_[\w-]{43})</code>", answer.text)
    with httpx2.Client(base_url=demo.address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as program:
        assert program.get("api/v1/totals").status_code == 200
        assert program.get("api/v1/totals?nothing=of-this-name").status_code == 422
    return answer, token


@pytest.fixture(scope="module")
def typed(browsed):
    """The mark of a password that was typed on the page of a device, rightly and wrongly; all the answers."""
    mark, (demo, client) = secrets.token_hex(12), browsed
    form, wrong = {"username": "quansat", "password": f"{mark}<&/\"'"}, f"{mark}\a"
    answers = [
        client.post(f"{SWITCHED_OFF}/login", data=form),
        client.post(f"{SWITCHED_OFF}/login", data={**form, "door": "onvif"}),
        client.post(f"{SWITCHED_OFF}/login", data={**form, "password": wrong}),
        client.post(f"{SWITCHED_OFF}/login", data={**form, "username": " " * 99}),
        client.post("devices/0799004/NO-1/login", data=form),
        client.post(f"{SWITCHED_OFF}/onvif-account", data={"account": f"{mark}", "password": mark}),
        client.post(f"{SWITCHED_OFF}/login", files={"password": ("a.txt", mark)}),
        client.post(f"{SWITCHED_OFF}/login", content=f"password={mark}%FF", headers={"Origin": "http://elsewhere"}),
        client.post("api/v1/acceptances", json={"password": mark, "code": [mark]}),
        client.post("api/v1/acceptances", content=f'{{"password": "{mark}"'),
        client.post("account/password", data={"old": mark, "new": f"{mark}-{mark}"}),
        client.post("account/password", data={"old": demo.people["thanh-pho"], "new": "ngắn"}),
        client.post("login", data={"login": "don-vi", "password": mark}),
    ]
    assert [answer.status_code for answer in answers[:5]] == [303, 303, 422, 422, 404]
    return mark, answers


@pytest.fixture(scope="module")
def sought(browsed, administrator, given, typed):
    """Everything that is secret in this demo."""
    found, (demo, client) = Sought(), browsed
    for login, password in demo.people.items():
        found.add(f"the password of {login}", password.encode())
    found.add("the session of the city", client.cookies["session"].encode())
    found.add("the session of the administrator", administrator.cookies["session"].encode())
    found.add("the token of a program", given[1].encode())
    key = base64.b64decode((demo.state / "registry.key").read_bytes())
    found.add("the key", key)
    found.add("the key as it is kept", base64.b64encode(key))
    found.add("a password of a camera", demo.mark.encode())
    found.add("a password that was typed", typed[0].encode())
    for school in marked(DISTRICT, demo.mark):
        for box in school.devices:
            for word in {box.camera.password, box.password, box.camera.rtsp_password} - {None}:
                name = f"{school.code}/{box.code}"
                found.add_digests(name, box.camera.username, [box.camera.model], word)
    return found


def _asked(client, first, within=""):
    """Every answer that can be reached from `first` by links and files of its pages, by address; of links those alone
    whose path begins with `within`.
    """
    left, answers, kinds = list(first), {}, {}
    while left and len(answers) < MOST_PAGES:
        address = left.pop(0)
        path = urlsplit(address).path
        if address in answers or kinds.get(path, 0) >= A_KIND:
            continue
        kinds[path] = kinds.get(path, 0) + 1
        answer = answers[address] = client.get(address)
        if "html" in answer.headers.get("content-type", ""):
            links = re.findall(r'(?:href|src|action|hx-get)="([^"]+)"', answer.text)
            near = [urldefrag(urljoin(str(answer.url), unescape(link))).url for link in links]
            ours = f"{client.base_url}{within}"
            left += [link for link in near if link.startswith(ours) and "/static/" not in link]
    return answers


def _everywhere(sought, told):
    """What was found, by where it stood."""
    return {name: forms for name, data in told if (forms := sought.found(data))}


def _wire(answer):
    return "\n".join(f"{k}: {v}" for k, v in answer.headers.items()).encode() + answer.content


def test_no_page_and_no_answer_of_the_api_has_a_secret(browsed, sought):
    """Whatever a link leads to, and every address of the API: HTML, JSON and CSV, with their headers."""
    _, client = browsed
    of_api = [
        path[1:].format(**PLACES) + "?" + "&".join(f"{n}={PLACES[n]}" for n in ("since", "at", "edition", "rule"))
        for path, methods in application(parts(None)).openapi()["paths"].items()
        if "get" in methods
    ]
    answers = _asked(client, [str(client.base_url), *(str(client.base_url) + path for path in of_api)])
    assert _everywhere(sought, ((address, _wire(answer)) for address, answer in answers.items())) == {}
    kinds = {answer.headers["content-type"].split(";")[0] for answer in answers.values() if answer.is_success}
    assert {"text/html", "application/json", "text/csv"} <= kinds
    assert len(answers) > len(of_api) + 60
    assert sum("/devices/" in address for address in answers) > 20


def test_no_page_of_the_administrator_has_a_secret(administrator, sought):
    """The front page, the accounts, each person with sessions and tokens, and the passwords to be changed."""
    base = str(administrator.base_url)
    answers = _asked(administrator, [base, f"{base}accounts", f"{base}accounts/passwords-to-change"], "account")
    assert _everywhere(sought, ((address, _wire(answer)) for address, answer in answers.items())) == {}
    pages = [address for address, answer in answers.items() if answer.is_success]
    assert sum(re.search(r"/accounts/\d+$", address) is not None for address in pages) == len(PEOPLE)


def test_a_token_stands_in_the_one_answer_that_gives_it(browsed, given, sought):
    """That of a program once on the page, that of a browser once in its cookie, which no script reads; asked for again,
    neither is there.
    """
    answer, token = given
    assert (answer.text.count(token), answer.headers["cache-control"]) == (1, "no-store")
    given_twice = _wire(answer).replace(token.encode(), b"")
    with browsed[0].signed_in("thanh-pho") as again:
        page = again.get("account")
        entered = again.post("login", data={"login": "thanh-pho", "password": browsed[0].people["thanh-pho"]})
        assert re.fullmatch(r"session=[\w-]{43}; HttpOnly; .*", entered.headers["set-cookie"])
        assert again.cookies["session"] not in entered.text
    assert _everywhere(sought, [("given", given_twice), ("again", _wire(page)), ("entered", _wire(entered))]) == {}


def test_a_form_that_is_wrong_does_not_repeat_the_password(typed, sought):
    """Pages of an error, of another device, and of what was sent as JSON."""
    assert _everywhere(sought, ((str(n), _wire(answer)) for n, answer in enumerate(typed[1]))) == {}


def test_nothing_that_is_said_has_a_secret(browsed, sought):
    """Standard output and standard error, which is the log; the lines that tell who may sign in alone are let out, of
    which there is one for each person.
    """
    out, log = browsed[0].said
    until(out.read_bytes)  # the table of the district
    rest, people = PERSON.subn("", log.read_text(encoding="utf-8"))
    assert people == len(PEOPLE)
    assert _everywhere(sought, [("stdout", out.read_bytes()), ("stderr", rest.encode())]) == {}


def test_in_what_is_kept_a_password_is_only_sealed(browsed, sought):
    """Every file, that of the key for itself excepted, with what SQLite has not yet put in its place; every value of
    every row, unpacked where it is packed.
    """
    state = browsed[0].state
    files = [file for file in state.rglob("*") if file.is_file()]
    assert {"registry.db", "registry.db-wal", "registry.db-shm", "registry.key"} <= {file.name for file in files}
    kept = [(file.name, file.read_bytes()) for file in files if file.name != "registry.key"]
    assert _everywhere(sought, [*kept, *_values(state / "registry.db")]) == {}


def _values(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                data = [value if isinstance(value, bytes) else str(value).encode() for value in row]
                yield from ((table, value) for value in data)


def test_no_process_has_a_secret_in_its_arguments_or_its_environment(browsed, sought):
    """The demo, its worker, and those that decode pictures."""
    process = psutil.Process(browsed[0].process.pid)
    family = [process, *process.children(recursive=True)]
    assert len(family) >= 3
    for one in family:
        told = [(what, Path(f"/proc/{one.pid}/{what}").read_bytes()) for what in ("cmdline", "environ")]
        assert _everywhere(sought, told) == {}, one.cmdline()


def test_one_look_at_one_camera_tells_and_keeps_no_password(tmp_path):
    """`inspect --json` and `capture` that log everything: what they print, and every file they leave."""
    mark = secrets.token_hex(12)
    (tmp_path / "secret.txt").write_text(f"{mark}@/<1", encoding="utf-8")
    sought = Sought()
    sought.add("the password", mark.encode())
    with running(presets.good_h264(password=f"{mark}@/<1")) as (camera,):
        sought.add_digests("the password", "admin", [camera.spec.model], camera.spec.password)
        login = (
            f"{camera.host}:{camera.onvif_port}",
            "--username",
            "admin",
            "--password-file",
            "secret.txt",
            "--debug",
        )
        brief = {"CAMERA_REGISTRY_PROBE__SAMPLE_S": "1"}
        told = [run(tmp_path, "inspect", *login, "--json", environment=brief)]
        told.append(run(tmp_path, "capture", *login, "--to", "kept", environment=brief))
    (tmp_path / "secret.txt").unlink()
    assert told[0].json["channels"]
    assert len(told[0].err) > 1000
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 3
    kept = [(file.name, file.read_bytes()) for file in files]
    assert _everywhere(sought, [(str(n), (each.out + each.err).encode()) for n, each in enumerate(told)] + kept) == {}
