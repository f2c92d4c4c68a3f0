"""Facts: the values every seam of the product speaks in.

`groups` what one probe saw; `derive` facts made from facts; `merge` observations to one sheet per subject;
`paths` the closed table that rules may name; `sheet_json` sheets to JSON and back.
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
    StepReply,
    Stream,
    StreamInfo,
    from_json,
    to_json,
)
from probes.facts.merge import ChannelSheet, DeviceSheet, Fact, Sheet, StreamSheet, merge
from probes.facts.paths import paths
from probes.facts.sheet_json import sheet_from_json, sheet_to_json

__all__ = [
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
    "Ledger",
    "Measured",
    "Observation",
    "Onvif",
    "PathType",
    "Rtsp",
    "Sdp",
    "Sheet",
    "StepReply",
    "Stream",
    "StreamInfo",
    "StreamSheet",
    "from_json",
    "merge",
    "paths",
    "sheet_from_json",
    "sheet_to_json",
    "to_json",
]
