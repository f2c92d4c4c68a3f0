"""Doctor sees whether messages go out."""

from camera_registry.config import MailSettings
from camera_registry.database import writing
from camera_registry.doctor.messages import mail, webhooks
from camera_registry.models import Delivery, NewsItem, Webhook
from tests.camera_registry.doctor.places import NOW, around, only
from tests.camera_registry.mail_server import mail_server

PASSWORD = "thư-mật-2026"


def _mail(port, **others):
    return MailSettings(
        host="127.0.0.1", port=port, tls="none", sender="a@hcm.edu.vn", links="https://localhost", **others
    )


def test_a_mail_server_that_is_not_there_is_bad(engine, tmp_path):
    """It says where, and what to check; no mail is no fault."""
    with mail_server() as server:
        port = server.port
    found = only(mail(around(tmp_path, mail=_mail(port)), engine), "bad")
    assert f"127.0.0.1:{port}" in found.seen["vi"]
    only(mail(around(tmp_path), engine), "left_out")


def test_a_mail_server_without_the_tls_that_is_asked_for_is_bad(engine, tmp_path):
    """A login never goes in clear: the password of a server that offers no TLS is not sent, nor said."""
    (tmp_path / "mail.txt").write_text(PASSWORD)
    with mail_server() as server:
        login = {"username": "camera", "password_file": str(tmp_path / "mail.txt")}
        settings = _mail(server.port).model_copy(update={"tls": "starttls", **login})
        found = only(mail(around(tmp_path, mail=settings), engine), "bad")
    assert server.logins == []
    assert PASSWORD not in repr(found)


def test_a_password_file_that_is_gone_is_bad(engine, tmp_path):
    """The key of the settings is named."""
    with mail_server() as server:
        settings = _mail(server.port, password_file="gone.txt").model_copy(
            update={"tls": "starttls", "username": "camera"}
        )
        found = only(mail(around(tmp_path, mail=settings), engine), "bad")
    assert "mail.password_file cannot be read" in found.seen["en"]


def test_a_mail_server_that_answers_is_well_and_gets_no_letter(engine, tmp_path):
    """It was greeted, and nothing was sent."""
    with mail_server() as server:
        only(mail(around(tmp_path, mail=_mail(server.port)), engine), "well")
    assert server.messages == []


def test_a_receiver_that_does_not_take_messages_is_bad(engine, tmp_path):
    """The newest message to each counts: what was answered is said, with its name."""
    only(webhooks(around(tmp_path), engine), "left_out")
    with writing(engine) as session:
        session.add(Webhook(id=1, name="Trung tâm", address="https://a.example", made_by="x", made_at=NOW))
        session.add_all(NewsItem(id=number, key=str(number), kind="ready", at=NOW) for number in (1, 2))
        session.flush()
        sent = {"webhook_id": 1, "attempts": 1, "next_at": NOW}
        session.add(Delivery(id=1, news_id=1, state="failed", status=500, **sent))
    assert only(webhooks(around(tmp_path), engine), "bad").seen["vi"] == "Trung tâm: HTTP 500"
    with writing(engine) as session:
        session.add(Delivery(id=2, news_id=2, state="sent", status=200, **sent))
    only(webhooks(around(tmp_path), engine), "well")
