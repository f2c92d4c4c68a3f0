"""Facts: the values every seam of the product speaks in.

`groups` what one probe saw; `derive` facts made from facts; `sheets` the facts of one subject; `merge` observations to
one sheet per subject; `identity` whether that is the same unit, `again` the same channel; `slots` what is not in use;
`in_light` what of a sheet was seen by day; `lazy` what is made when it is asked for; `paths`
the closed table that rules may name; `sheet_json` sheets to JSON and back.
"""

from probes.facts.groups import (
    Access,
    Capable,
    Channel,
    ChannelInfo,
    Clock,
    Declared,
    Device,
    Encoding,
    Group,
    Identity,
    Image,
    Ledger,
    Measured,
    Observation,
    Onvif,
    PathType,
    Rtsp,
    Sdp,
    Security,
    StepReply,
    Stream,
    StreamInfo,
    from_json,
    to_json,
)
from probes.facts.in_light import SAME_LOOK, SunUp, as_seen, hangs_on_light, pictured_at
from probes.facts.lazy import Lazy
from probes.facts.merge import merge, said_of, same_as_before
from probes.facts.paths import paths
from probes.facts.sheet_json import sheet_from_json, sheet_to_json
from probes.facts.sheets import ChannelSheet, DeviceSheet, Fact, Sheet, StreamSheet
from probes.facts.slots import settled

__all__ = [
    "SAME_LOOK",
    "Access",
    "Capable",
    "Channel",
    "ChannelInfo",
    "ChannelSheet",
    "Clock",
    "Declared",
    "Device",
    "DeviceSheet",
    "Encoding",
    "Fact",
    "Group",
    "Identity",
    "Image",
    "Lazy",
    "Ledger",
    "Measured",
    "Observation",
    "Onvif",
    "PathType",
    "Rtsp",
    "Sdp",
    "Security",
    "Sheet",
    "StepReply",
    "Stream",
    "StreamInfo",
    "StreamSheet",
    "SunUp",
    "as_seen",
    "from_json",
    "hangs_on_light",
    "merge",
    "paths",
    "pictured_at",
    "said_of",
    "same_as_before",
    "settled",
    "sheet_from_json",
    "sheet_to_json",
    "to_json",
]
