"""The town with cameras that have addresses, positions and logins: what a handover is made of."""

from sqlmodel import select

from camera_registry.access import passwords
from camera_registry.database import writing
from camera_registry.models import Account, Channel, Device, School, Site, Stream

SECRET = "Mật{khẩu}$đánh#dấu/1"
"""The password of one device: with every sign that could be taken for something else."""
PERSON = "mat khau cua toi 2026"
MARKED = ("79770004", "DG-01")


def hand(engine, vault, at):
    """Streams have addresses as devices give them; two schools have a position; one device has the marked password."""
    from camera_registry.store import credentials, devices

    with writing(engine) as session:
        wanted = select(Stream, Channel, Device).join(Channel, Stream.channel_id == Channel.id)
        for stream, channel, _ in session.exec(wanted.join(Device, Channel.device_id == Device.id)).all():
            stream.uri = f"rtsp://admin:in-the-address@10.9.9.9:8554/Streaming/{channel.index}01?role={stream.role}"
            session.add(stream)
            _sub(session, stream, channel)
        for code, place in (("79760001", (10.7901, 106.6903)), ("79770004", (10.77, 106.68))):
            school = session.exec(select(School).where(School.code == code)).one()
            school.contact_name, school.contact_phone = "Nguyễn Thị Liên Hệ", "0901234567"
            site = session.exec(select(Site).where(Site.school_id == school.id)).one()
            site.latitude, site.longitude = place
        device = devices.by_code(session, *MARKED)
        device.rtsp_port = 1554
        made = credentials.put(session, vault, device.id, "quansat", SECRET, at)
        assert made.id
        for account in session.exec(select(Account)).all():
            account.password = passwords.hashed(PERSON)


def _sub(session, stream, channel):
    if channel.index == 1 and stream.role == "main":
        uri = f"rtsp://10.9.9.9:8554/Streaming/{channel.index}02"
        session.add(Stream(channel_id=channel.id, key=f"{stream.key}-sub", role="sub", uri=uri))
