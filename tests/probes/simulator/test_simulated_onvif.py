"""The ONVIF server of simulated cameras: logins, clocks, services, and what each kind of camera hides."""

import base64
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import onvif
import pytest
import requests
import zeep
from requests.auth import HTTPDigestAuth
from zeep.wsse.username import UsernameToken

from probes.simulator import CameraSpec, presets, running
from tests.probes.simulator.simulator_client import PATHS, ask, digest, envelope, post, token

pytestmark = pytest.mark.refusals(None, "the tests themselves send wrong logins: this is about what a camera does then")

WSDL = Path(onvif.__file__).parent.parent / "wsdl"


@pytest.fixture(scope="module")
def cameras():
    """One good camera per way of logging in, and some with other manners."""
    specs = {
        "both": presets.good_h264(serial='S<&>"1', model="A & B"),
        "token": presets.good_h264(onvif_auth=("usernametoken",)),
        "digest": presets.good_h264(onvif_auth=("digest",), digest_algorithms=("MD5", "SHA-256")),
        "old digest": presets.good_h264(onvif_auth=("digest",), http_qop=False),
        "open": presets.good_h264(onvif_auth=("none",)),
        "h265": presets.good_h265_media2_only(media=("media1", "media2")),
        "h265 absent": presets.good_h265_media2_only(media=("media1", "media2"), h265_in_media1="absent"),
        "media2": presets.good_h265_media2_only(),
        "mjpeg": presets.mjpeg_only(),
        "late": presets.good_h264(clock_offset_s=-600),
        "zone": presets.good_h264(clock_is_local_time_labelled_utc=True),
        "viewer": presets.good_h264(faults=frozenset({"viewer_only"})),
        "no options": presets.hd720_silent(),
        "html": presets.good_h264(faults=frozenset({"html_404"})),
        "locking": presets.good_h264(lock_after=1, refused_status=401),
        "elsewhere": presets.good_h264(xaddr_host="192.168.1.88", stream_uri_host="10.0.0.9"),
    }
    with running(*specs.values()) as found:
        yield dict(zip(specs, found, strict=True))


def camera_time(answer):
    """The time that a camera calls UTC."""
    parts = {name: int(answer.texts(f"tt:UTCDateTime//tt:{name}")[0]) for name in ("Year", "Month", "Day")}
    clock = [int(answer.texts(f"tt:UTCDateTime//tt:{name}")[0]) for name in ("Hour", "Minute", "Second")]
    return datetime(parts["Year"], parts["Month"], parts["Day"], *clock, tzinfo=UTC)


def test_the_date_needs_no_login_and_shows_the_offset_of_the_clock(cameras):
    """A camera ten minutes late says so to everybody."""
    late = camera_time(ask(cameras["late"], "tds:GetSystemDateAndTime", header=""))
    assert abs((datetime.now(UTC) - late) - timedelta(seconds=600)) < timedelta(seconds=30)


def test_a_camera_that_calls_local_time_utc_still_checks_tokens_in_true_utc(cameras):
    """The zone case: what it shows is 7 hours ahead, and a token made from that time is refused."""
    zone = cameras["zone"]
    shown = camera_time(ask(zone, "tds:GetSystemDateAndTime", header=""))
    assert abs(shown - datetime.now(UTC) - timedelta(hours=7)) < timedelta(seconds=30)
    wrong = token("admin", zone.spec.password, shown, b"one")
    assert ask(zone, "tds:GetDeviceInformation", header=wrong).status == 400
    assert ask(zone, "tds:GetDeviceInformation").status == 200


def test_the_right_password_opens_with_a_username_token(cameras):
    """A fresh PasswordDigest in the camera's own time is accepted, at cameras with a wrong clock too."""
    assert [ask(cameras[name], "tds:GetScopes").status for name in ("both", "token", "late")] == [200, 200, 200]


def test_a_wrong_token_is_refused_with_a_fault_and_counted():
    """Wrong password, wrong name, old time, plain text: NotAuthorized with 400, and every one is counted."""
    with running(presets.good_h264()) as (camera,):
        now, secret = datetime.now(UTC), camera.spec.password
        wrong = [
            token("admin", "wrong", now, b"1"),
            token("root", secret, now, b"2"),
            token("admin", secret, now - timedelta(seconds=90), b"3"),
            token("admin", secret, now, b"4").replace("#PasswordDigest", "#PasswordText"),
        ]
        answers = [ask(camera, "tds:GetDeviceInformation", header=header) for header in wrong]
        assert [(one.status, one.subcode) for one in answers] == [(400, "NotAuthorized")] * 4
        counters = camera.counters
        assert (counters.onvif_with_credentials, counters.onvif_refused, counters.rtsp_with_credentials) == (4, 4, 0)
        assert [refusal.operation for refusal in counters.refusals] == ["GetDeviceInformation"] * 4


def test_a_token_is_good_once(cameras):
    """The same nonce is refused the second time, also with a new time."""
    camera = cameras["token"]
    now, secret = datetime.now(UTC), camera.spec.password
    first, again = token("admin", secret, now, b"replay"), token("admin", secret, now + timedelta(seconds=1), b"replay")
    statuses = [ask(camera, "tds:GetScopes", header=header).status for header in (first, first, again)]
    assert statuses == [200, 400, 400]


def test_without_credentials_a_camera_shows_how_to_log_in(cameras):
    """With Digest on: 401, challenges and a fault. Without: the fault with 400. Nobody is counted as refused."""
    answers = {name: ask(cameras[name], "tds:GetDeviceInformation", header="") for name in ("both", "token", "digest")}
    assert {name: one.status for name, one in answers.items()} == {"both": 401, "token": 400, "digest": 401}
    assert {one.subcode for one in answers.values()} == {"NotAuthorized"}
    assert [("SHA-256" in one, 'qop="auth"' in one) for one in answers["digest"].challenges()] == [
        (False, True),
        (True, True),
    ]
    assert answers["token"].challenges() == []
    assert ask(cameras["open"], "tds:GetDeviceInformation", header="").status == 200


def test_requests_logs_in_with_digest(cameras):
    """A client nobody here wrote passes with and without qop, keeps counting, and a wrong password does not pass."""
    for name in ("both", "digest", "old digest"):
        camera, data = cameras[name], envelope("tds:GetDeviceInformation")
        with requests.Session() as session:
            session.auth = HTTPDigestAuth("admin", camera.spec.password)
            assert [session.post(camera.onvif_url, data).status_code for _ in range(3)] == [200, 200, 200]
            before = camera.counters.onvif_refused
            session.auth = HTTPDigestAuth("admin", "wrong")
            assert session.post(camera.onvif_url, data).status_code == 401
            assert camera.counters.onvif_refused == before + 1


def test_digest_asks_for_the_exact_address_and_a_new_count(cameras):
    """Another `uri` is refused; a count that was used is `stale`, which is no refusal."""
    camera, path = cameras["digest"], PATHS["tds"]
    data = envelope("tds:GetDeviceInformation")

    def send(challenge, uri, count):
        login = digest(challenge, "admin", camera.spec.password, "POST", uri, count)
        return post(camera, data, path, {"Authorization": login}.items())

    for challenge in post(camera, data).challenges():  # MD5, then SHA-256
        before = camera.counters.onvif_refused
        assert send(challenge, path, 1).status == 200
        replayed = send(challenge, path, 1)
        assert (replayed.status, "stale=true" in replayed.challenges()[0]) == (401, True)
        assert send(challenge, path, 2).status == 200
        assert camera.counters.onvif_refused == before
        assert send(challenge, "/onvif/", 3).status == 401
        assert camera.counters.onvif_refused == before + 1


def test_a_scheme_that_is_off_is_refused(cameras):
    """A UsernameToken at a Digest-only camera and Basic at any are refused, and counted as credentials."""
    before = cameras["digest"].counters.onvif_refused
    assert ask(cameras["digest"], "tds:GetScopes").status == 400  # the fault, without a challenge
    basic = base64.b64encode(f"admin:{cameras['digest'].spec.password}".encode()).decode()
    answer = ask(cameras["digest"], "tds:GetScopes", header="", headers=[("Authorization", f"Basic {basic}")])
    assert (answer.status, cameras["digest"].counters.onvif_refused) == (401, before + 2)


def test_a_camera_locks_and_says_so(cameras):
    """After one refusal the right password is refused too, with the words of the lock."""
    camera = cameras["locking"]
    assert ask(camera, "tds:GetScopes", header=token("admin", "wrong")).status == 401
    answer = ask(camera, "tds:GetScopes")
    assert (answer.status, answer.subcode) == (401, "NotAuthorized")
    assert answer.texts("env:Text") == [camera.spec.lock_text]


def test_what_is_unknown_gets_the_fault_the_standard_names(cameras):
    """Unknown operation, wrong service, unknown token, broken XML, SOAP 1.1, wrong path."""
    camera = cameras["both"]
    assert ask(camera, "tds:GetUsers").subcode == "ActionNotSupported"
    assert post(camera, envelope("trt:GetProfiles")).subcode == "ActionNotSupported"
    assert ask(camera, "trt:GetSnapshotUri", "<trt:ProfileToken>none</trt:ProfileToken>").subcode == "NoProfile"
    assert post(camera, b"<env:Envelope>").subcode == "WellFormed"
    old = envelope("tds:GetScopes").replace(b"2003/05/soap-envelope", b"2001/12/soap-envelope")
    assert post(camera, old).texts("env:Value") == ["env:VersionMismatch"]
    assert post(camera, envelope("tds:GetScopes"), "/onvif/nothing").status == 404
    assert post(cameras["html"], envelope("tds:GetSystemDateAndTime")).status == 404


def test_media1_does_not_know_h265_and_media2_does(cameras):
    """The encoder of an H.265 stream is a stub or absent in Media1, and whole in Media2."""
    for name, encoders in (("h265", 2), ("h265 absent", 0)):
        answer = ask(cameras[name], "trt:GetProfiles")
        stubs = answer.tree.findall(".//{*}VideoEncoderConfiguration")
        assert [[child.tag.split("}")[1] for child in stub] for stub in stubs] == [["Name", "UseCount"]] * encoders
    answer = ask(cameras["h265"], "tr2:GetProfiles", "<tr2:Type>All</tr2:Type>")
    assert answer.texts("tr2:VideoEncoder/tt:Encoding") == ["H265", "H265"]
    assert answer.texts("tr2:VideoEncoder/tt:Resolution/tt:Width") == ["1920", "640"]
    assert [one.get("GovLength") for one in answer.tree.findall(".//{*}VideoEncoder")] == ["50", "50"]
    assert ask(cameras["h265"], "tr2:GetProfiles").texts("tr2:Configurations") == []


def test_a_service_that_is_off_is_neither_listed_nor_there(cameras):
    """GetServices and GetCapabilities name what there is, at the address the camera believes it has."""
    listed = {
        name: ask(cameras[name], "tds:GetServices", header="").texts("tds:Namespace")
        for name in cameras
        if name != "html"
    }
    assert [uri.split("/")[3:5] for uri in listed["media2"]] == [["ver10", "device"], ["ver20", "media"]]
    assert [uri.split("/")[3:5] for uri in listed["mjpeg"]] == [["ver10", "device"], ["ver10", "media"]]
    assert ask(cameras["media2"], "trt:GetProfiles").status == 404
    assert ask(cameras["media2"], "tds:GetCapabilities", header="").texts("tt:Media/tt:XAddr") == []
    port = cameras["elsewhere"].onvif_port
    assert ask(cameras["elsewhere"], "tds:GetServices", header="").texts("tds:XAddr")[0] == (
        f"http://192.168.1.88:{port}/onvif/device_service"
    )


def test_options_say_what_the_encoder_could_do(cameras):
    """Both services name the sizes and ranges of the spec; a camera without options says it has none."""
    wanted = "<{0}:ProfileToken>main</{0}:ProfileToken>"
    old = ask(cameras["both"], "trt:GetVideoEncoderConfigurationOptions", wanted.format("trt"))
    new = ask(cameras["both"], "tr2:GetVideoEncoderConfigurationOptions", wanted.format("tr2"))
    assert old.texts("trt:Options/tt:H264/tt:ResolutionsAvailable/tt:Width") == ["1920", "1280", "640"]
    assert old.texts("trt:Options/tt:H264/tt:FrameRateRange/tt:Max") == ["25"]
    assert old.texts("tt:Extension/tt:H264/tt:BitrateRange/tt:Max") == ["8192"]
    option = new.tree.find(".//{*}Options")
    assert (option.get("GovLengthRange"), option.get("FrameRatesSupported").split()[0]) == ("1 250", "25")
    assert ask(cameras["no options"], "trt:GetVideoEncoderConfigurationOptions").subcode == "ActionNotSupported"


def test_a_viewer_may_look_and_not_read_the_network(cameras):
    """The login is right: what is refused is the operation, and no credential is counted as refused."""
    camera = cameras["viewer"]
    assert ask(camera, "tds:GetDeviceInformation").status == 200
    answers = [ask(camera, name) for name in ("tds:GetNetworkInterfaces", "tds:GetNTP")]
    assert [one.subcode for one in answers] == ["NotAuthorized", "NotAuthorized"]
    assert (camera.counters.onvif_refused, camera.counters.operations_not_permitted) == (0, 2)


def test_stream_addresses_are_those_of_the_spec(cameras):
    """Both services give the same address; a wrong stream setup is a fault; the host may be a wrong one."""
    setup = "<trt:StreamSetup><tt:Stream>{}</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>"
    profile = "</trt:StreamSetup><trt:ProfileToken>main</trt:ProfileToken>"
    camera = cameras["both"]
    assert ask(camera, "trt:GetStreamUri", setup.format("RTP-Unicast") + profile).texts("tt:Uri") == [
        camera.rtsp_url("main")
    ]
    assert ask(camera, "trt:GetStreamUri", setup.format("RTP-Multicast") + profile).subcode == "InvalidStreamSetup"
    inner = "<tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>main</tr2:ProfileToken>"
    assert ask(camera, "tr2:GetStreamUri", inner).texts("tr2:Uri") == [camera.rtsp_url("main")]
    assert ask(cameras["elsewhere"], "tr2:GetStreamUri", inner).texts("tr2:Uri")[0].startswith("rtsp://10.0.0.9:")


def strict_client(camera, wsdl, service, binding, path):
    """A zeep service that refuses every reply that is not as ONVIF's own schema says."""
    settings = zeep.Settings(strict=True, xml_huge_tree=False)
    wsse = UsernameToken("admin", camera.spec.password, use_digest=True)
    client = zeep.Client(str(WSDL / wsdl), wsse=wsse, settings=settings)
    return client.create_service(f"{{{service}}}{binding}", f"http://{camera.host}:{camera.onvif_port}{path}")


def test_every_answer_is_valid_for_a_strict_soap_client(cameras):
    """zeep with ONVIF's own descriptions reads every operation of the device and Media1 services."""
    camera = cameras["both"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # zeep keeps its sessions open
        device = strict_client(
            camera, "devicemgmt.wsdl", "http://www.onvif.org/ver10/device/wsdl", "DeviceBinding", PATHS["tds"]
        )
        media = strict_client(
            camera, "media.wsdl", "http://www.onvif.org/ver10/media/wsdl", "MediaBinding", PATHS["trt"]
        )
        information = device.GetDeviceInformation()
        assert (information.Model, information.SerialNumber) == ("A & B", 'S<&>"1')
        assert device.GetNetworkInterfaces()[0].Info.HwAddress == camera.spec.mac
        assert [one.Port[0] for one in device.GetNetworkProtocols()] == [camera.onvif_port, camera.rtsp_port]
        assert device.GetNTP().NTPManual[0].DNSname == "pool.ntp.org"
        assert device.GetHostname().Name == "camera"
        assert "onvif://www.onvif.org/Profile/T" in [one.ScopeItem for one in device.GetScopes()]
        assert len(device.GetServices(IncludeCapability=True)) == 3
        assert device.GetServiceCapabilities().Security.HttpDigest is True
        assert device.GetCapabilities(Category="All").Media.StreamingCapabilities.RTP_RTSP_TCP is True
        assert device.GetSystemDateAndTime().DateTimeType == "NTP"
        assert device.GetDNS().FromDHCP is False
        assert device.GetNetworkDefaultGateway().IPv4Address == [camera.host]
        profiles = media.GetProfiles()
        assert [one.VideoEncoderConfiguration.Resolution.Height for one in profiles] == [1080, 360]
        assert media.GetProfile(ProfileToken="sub").VideoEncoderConfiguration.H264.GovLength == 50
        assert media.GetVideoSources()[0].Framerate == 25
        assert len(media.GetVideoEncoderConfigurations()) == 2
        assert media.GetVideoEncoderConfiguration(ConfigurationToken="VEC_sub").Encoding == "H264"
        assert media.GetVideoEncoderConfigurationOptions(ProfileToken="main").H264.GovLengthRange.Max == 250
        assert media.GetSnapshotUri(ProfileToken="main").Uri.endswith("main.jpg")
        assert media.GetServiceCapabilities().ProfileCapabilities.MaximumNumberOfProfiles == 32


def test_a_spec_with_two_streams_at_one_address_is_refused():
    """Two streams of a camera differ in token and path."""
    channel = presets.good_h264().channels[0]
    with pytest.raises(ValueError, match="the same token"):
        CameraSpec(channels=(channel, channel))
