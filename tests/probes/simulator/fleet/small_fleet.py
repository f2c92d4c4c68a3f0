"""A mix that costs little to encode and to send."""

from probes.simulator.fleet import Mix

MAIN = {"sizes": {"320x180": 1}, "fps": 10, "gop": 10, "kbps": 200}
SUB = {**MAIN, "sizes": {"160x90": 1}, "kbps": 60}
MAKES = {"hikvision": 1, "dahua": 1, "good_h264": 2}
STATES = dict.fromkeys(("dead", "unreachable", "silent", "slow", "refusing", "busy", "lossy"), 0.05)


def small(**fields):
    """Twenty small cameras, seven of them in trouble, with `fields` of a mix over it."""
    known = {"cameras": 20, "makes": MAKES, "states": STATES, "slow_s": 0.05, "lose_every": 10}
    return Mix.model_validate({**known, "main": MAIN, "sub": SUB, **fields})
