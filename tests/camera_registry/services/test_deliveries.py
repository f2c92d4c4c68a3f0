"""One receiver of webhooks does not stop what others are told."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from camera_registry.config import WebhookSettings
from camera_registry.database import reading, writing
from camera_registry.models import Delivery, Webhook
from camera_registry.sending.post import Rules
from camera_registry.services.deliveries import Deliverer
from camera_registry.store import webhooks
from camera_registry.store.webhooks import WebhookPlace
from probes.outgoing import Networks
from tests.camera_registry.hook_server import hook_server
from tests.camera_registry.web.served import VAULT

NOW = datetime(2026, 11, 26, 0, 35, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def _hook(engine, address, *, sealed=True):
    with writing(engine) as session:
        made = Webhook(name=address, address=address, kinds="sweep_ended", made_by="x", made_at=NOW)
        session.add(made)
        session.flush()
        made.sealed = VAULT.seal(SECRET, WebhookPlace(made.id if sealed else made.id + 99))
        session.add(made)


def _news(engine, *keys):
    with writing(engine) as session:
        for key in keys:
            webhooks.tell(session, key, "sweep_ended", {}, NOW)


def _run(engine, now=NOW):
    rules = Rules(lambda: Networks(loopback=True), http=True, timeout_s=5)
    return Deliverer(engine, lambda: VAULT, rules, WebhookSettings(), lambda: now).run()


def test_what_waits_for_a_receiver_that_is_down_waits_with_the_first(engine):
    """One try, not one a message; all come when it is there again."""
    with hook_server() as down, hook_server() as up:
        _hook(engine, down.address)
        _hook(engine, up.address)
        _news(engine, "a", "b", "c")
        down.answers += [(500, {})] * 2
        assert _run(engine) == 3
        assert (len(down.came), len(up.came)) == (1, 3)
        assert _run(engine, NOW + MINUTE) == 0
        assert len(down.came) == 2
        assert _run(engine, NOW + 3 * MINUTE) == 3


def test_a_secret_that_cannot_be_read_is_one_receivers_alone(engine):
    """The others are told; this one's message says why it was not."""
    with hook_server() as first, hook_server() as second:
        _hook(engine, first.address, sealed=False)
        _hook(engine, second.address)
        _news(engine, "a")
        assert _run(engine) == 1
        assert (len(first.came), len(second.came)) == (0, 1)
    with reading(engine) as session:
        rows = session.exec(select(Delivery).order_by(Delivery.id)).all()
        assert [(row.state, "secret" in row.error) for row in rows] == [("waiting", True), ("sent", False)]
