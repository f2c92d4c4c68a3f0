"""Messages: the server of e-mail takes our login, and receivers of webhooks take what they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine

from camera_registry.database import reading
from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, mind, well
from camera_registry.models import Delivery, Webhook
from camera_registry.sending.mail import MailError, Post
from camera_registry.store import examined

_LATELY = timedelta(days=7)


def mail(around: Around, engine: Engine) -> Iterator[Checked]:
    """The server can be talked to, over TLS where that is set, and takes the login. No letter is sent."""
    settings = around.settings.mail
    if not settings.host:
        yield left_out("mail", "mail.host để trống: không gửi thư", "mail.host is empty: none is sent")
        return
    at = f"{settings.host}:{settings.port}"
    try:
        Post(settings.model_copy(update={"timeout_s": min(settings.timeout_s, around.patience_s)})).greet()
    except MailError as error:
        to_do = {
            "vi": "kiểm tra [mail]: host, port, tls, username, password_file; tường lửa; chứng chỉ của máy chủ",
            "en": "check [mail]: host, port, tls, username, password_file; the firewall; the certificate of the server",
        }
        yield bad("mail", {"vi": f"{at}: {error}", "en": f"{at}: {error}"}, to_do)
        return
    with reading(engine) as session:
        failed = examined.failed_mails(session, around.now - _LATELY)
    if failed:
        seen = {"vi": f"{failed} thư không gửi được trong 7 ngày", "en": f"{failed} mails were given up in 7 days"}
        yield mind("mail", seen, {"vi": "xem docs/messages.md", "en": "see docs/messages.md"})
    else:
        yield well("mail", f"{at} nhận đăng nhập", f"{at} takes our login")


def webhooks(_around: Around, engine: Engine) -> Iterator[Checked]:
    """The newest message to each receiver was taken."""
    with reading(engine) as session:
        found = examined.newest_deliveries(session)
    refused = [(hook, sent) for hook, sent in found if sent is not None and sent.state != "sent"]
    for hook, sent in refused:
        yield _not_taken(hook, sent)
    if not found:
        yield left_out("webhooks", "không có webhook", "there is none")
    elif not refused:
        yield well("webhooks", f"{len(found)} nơi nhận", f"{len(found)} receivers")


def _not_taken(hook: Webhook, sent: Delivery) -> Checked:
    why = sent.error or f"HTTP {sent.status}"
    seen = both(f"{hook.name}: {why}")
    to_do = {
        "vi": "hỏi đơn vị nhận, hoặc tắt nơi nhận này ở trang /webhooks",
        "en": "ask who receives it, or switch it off on the page /webhooks",
    }
    return bad("webhooks", seen, to_do)
