"""A school with one device, registered in a few words."""

from camera_registry.models import Channel, Device, District, School, Site


def device(session, code="DG-01", channels=(1,), district="26740", **values):
    """A device that is registered, with its school, its main site and its channels."""
    district = District(code=district, name="UBND phường A")
    session.add(district)
    session.flush()
    school = School(code=f"079-{code}", name="Trường THCS Số 1", managed_by=district.id)
    session.add(school)
    session.flush()
    site = Site(school_id=school.id)
    session.add(site)
    session.flush()
    known = {"kind": "ip_camera", "host": "192.168.1.64", **values}
    made = Device(school_id=school.id, site_id=site.id, code=code, **known)
    session.add(made)
    session.flush()
    session.add_all(Channel(device_id=made.id, index=n, name=f"Camera {n}") for n in channels)
    session.flush()
    return made
