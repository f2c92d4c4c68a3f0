"""Tables of the registry. They map to the values of the probes and the standards and never inherit from them.

Strategy: one class a table, columns only; a file holds one group of them, and whoever needs a table imports it from
here. Times are UTC (`UtcDateTime`). Public keys are codes: of a district, of a school, of a device in its school, and
the index of a channel. What a person typed and what a probe saw stand in different columns or tables, so that a probe
never overwrites a person.

    District <- School <- Site <- Device <- Channel        what people registered
    Credential, LoginRecord                                how to log in, and which door may be tried
    UnitRecord                                             which box stood there, since when
    SheetRecord, Description, Measurement                  what was seen: merged facts, settings, numbers of a night
    ModelEncoding                                          what devices of a model have shown that they can do
    FindingRecord, VerdictRecord                           what it is worth, as intervals
    ListedFinding                                          rows of the list of what is not compliant
    SchoolSum, DaySum                                      numbers of each school now, of each unit by day
    EditionRecord, ConfirmationRecord                      by which text it was judged, and who confirmed its values
    AnswerRecord, OnSiteRecord, WaiverRecord               what people said: answers, "seen on site", exceptions
    ChangeRecord                                           what happened to a device that no interval tells
    Acceptance <- AcceptanceChannel, AcceptanceLook        several probes over a day, before a contractor is paid
    Sweep <- SweepSite, SweepItem                          the work of a night, and its ledger
    Agent <- AgentSite, AgentOrder                         programs at schools, their sites, and what they have to do
    AuditRecord <- AuditValues, AuditErased                who did what: a chain, its values apart, what was erased
    Batch <- Edit                                          what people changed in the register, with what stood before
    Reply <- ReplyPhoto                                    what schools reply to findings
    Photo, SealingKey                                      photos of mounting places; what phones seal passwords to
    GivenAnswer                                            answers of the API to requests that may come twice
    FoundUnit, Discovery                                   what stands in networks of schools, and looks through them
    ProposedPair, NotSame                                  what may be one camera, and what people said is not
    Period <- Sending, Frozen                              reports of a school year, who has sent, what was frozen
    Handover                                               what became of a camera at the operations centre
    Mailbox, Mailed                                        who wants which messages, and what was sent
    NewsItem <- Delivery -> Webhook                        what programs of others are told
    Outage, Maintenance                                    schools out of reach; when nothing is news
    Account <- Assignment, LoginSession, ApiToken          who may sign in, where they work, and from where they did
    LoginThrottle                                          how often signing in failed
"""

from camera_registry.models.accepted import Acceptance, AcceptanceChannel, AcceptanceLook
from camera_registry.models.access import Account, ApiToken, Assignment, LoginSession, LoginThrottle
from camera_registry.models.audit import AuditErased, AuditRecord, AuditValues
from camera_registry.models.bundled import BundleRecord, LaptopKey
from camera_registry.models.edited import Batch, Edit, GivenAnswer
from camera_registry.models.found import Discovery, FoundUnit, NotSame, ProposedPair
from camera_registry.models.handed import Handover
from camera_registry.models.judged import ConfirmationRecord, EditionRecord, FindingRecord, VerdictRecord
from camera_registry.models.listed import ListedFinding
from camera_registry.models.messaged import Delivery, Mailbox, Mailed, Maintenance, NewsItem, Outage, Webhook
from camera_registry.models.registered import Channel, Credential, Device, District, LoginRecord, School, Site, Stream
from camera_registry.models.replied import Reply, ReplyPhoto
from camera_registry.models.reported import Frozen, Period, Sending
from camera_registry.models.said import AnswerRecord, OnSiteRecord, WaiverRecord
from camera_registry.models.seen import ChangeRecord, Description, Measurement, ModelEncoding, SheetRecord, UnitRecord
from camera_registry.models.stationed import Agent, AgentOrder, AgentSite
from camera_registry.models.summed import DaySum, SchoolSum
from camera_registry.models.swept import Sweep, SweepItem, SweepSite
from camera_registry.models.table import LARGE, JsonList, Table, UtcDateTime, UtcMilliseconds, brief_moment, moment
from camera_registry.models.visited import Photo, SealingKey

__all__ = [
    "LARGE",
    "Acceptance",
    "AcceptanceChannel",
    "AcceptanceLook",
    "Account",
    "Agent",
    "AgentOrder",
    "AgentSite",
    "AnswerRecord",
    "ApiToken",
    "Assignment",
    "AuditErased",
    "AuditRecord",
    "AuditValues",
    "Batch",
    "BundleRecord",
    "ChangeRecord",
    "Channel",
    "ConfirmationRecord",
    "Credential",
    "DaySum",
    "Delivery",
    "Description",
    "Device",
    "Discovery",
    "District",
    "Edit",
    "EditionRecord",
    "FindingRecord",
    "FoundUnit",
    "Frozen",
    "GivenAnswer",
    "Handover",
    "JsonList",
    "LaptopKey",
    "ListedFinding",
    "LoginRecord",
    "LoginSession",
    "LoginThrottle",
    "Mailbox",
    "Mailed",
    "Maintenance",
    "Measurement",
    "ModelEncoding",
    "NewsItem",
    "NotSame",
    "OnSiteRecord",
    "Outage",
    "Period",
    "Photo",
    "ProposedPair",
    "Reply",
    "ReplyPhoto",
    "School",
    "SchoolSum",
    "SealingKey",
    "Sending",
    "SheetRecord",
    "Site",
    "Stream",
    "Sweep",
    "SweepItem",
    "SweepSite",
    "Table",
    "UnitRecord",
    "UtcDateTime",
    "UtcMilliseconds",
    "VerdictRecord",
    "WaiverRecord",
    "Webhook",
    "brief_moment",
    "moment",
]
