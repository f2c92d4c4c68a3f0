"""Price books and cameras in a few words."""

from standards.planning.costs import Camera, Entry, Need, Unit
from standards.planning.prices import Item, PriceBook, PriceSource, Use, Work

BOTH = {"vi": "x", "en": "x"}


def item(name, price, charged="once", vat=0):
    """An item without VAT unless it is said."""
    source = PriceSource("Firm", "2026-11-01", "offer")
    return Item(id=name, name=BOTH, unit=BOTH, kind="other", price=price, vat=vat, charged=charged, source=source)


def use(one, per="channel", serves=0, quantity=1):
    """One piece of an item."""
    return Use(one, quantity, per, serves)


def work(fix, *uses, **where):
    """What a fix takes."""
    return Work(fix=fix, uses=uses, **where)


def book(*works):
    """A book of these works."""
    items = tuple({use.item.id: use.item for one in works for use in one.uses}.values())
    return PriceBook(id="test", date="2026-11-01", title=BOTH, currency="VND", sha256="b00c", items=items, works=works)


def camera(key, *fixes, device=None, kind="ip_camera", site="site", school="school", **values):
    """A camera with these failures (rules are named like the fix), in a device of its own unless one is said."""
    about = {name: values.pop(name) for name in ("outdoor", "supplier") if name in values}
    needs = tuple(fix if isinstance(fix, Need) else Need(fix, fix) for fix in fixes)
    unit = Unit(key, device or f"box-{key}", kind, site, **about)
    return Camera(key, school, (Entry(unit, needs),), **values)
