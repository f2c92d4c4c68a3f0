"""Replies of ONVIF devices as text, made from the quirks in field notes; one function or constant per quirk."""

from __future__ import annotations

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
TT = "http://www.onvif.org/ver10/schema"
TER = "http://www.onvif.org/ver10/error"


def envelope(content: str, prefix: str = "s", namespace: str = SOAP12) -> bytes:
    """`content` in the body of an envelope."""
    names = f'xmlns:tds="{TDS}" xmlns:trt="{TRT}" xmlns:tr2="{TR2}" xmlns:tt="{TT}" xmlns:ter="{TER}"'
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:Envelope xmlns:{prefix}="{namespace}" {names}>'
        f"<{prefix}:Header/><{prefix}:Body>{content}</{prefix}:Body></{prefix}:Envelope>"
    )
    return text.encode()


def fault(subcode: str = "ter:NotAuthorized", reason: str = "Sender not Authorized", code: str = "s:Sender") -> bytes:
    """A SOAP 1.2 fault."""
    inner = f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode>" if subcode else ""
    words = f'<s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason>'
    return envelope(f"<s:Fault><s:Code><s:Value>{code}</s:Value>{inner}</s:Code>{words}</s:Fault>")


def fault11(code: str = "SOAP-ENV:Client", reason: str = "Authority failure") -> bytes:
    """A SOAP 1.1 fault."""
    content = f"<SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{reason}</faultstring></SOAP-ENV:Fault>"
    return envelope(content, "SOAP-ENV", SOAP11)


CLOCK = envelope(
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
    "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>ICT-7</tt:TZ></tt:TimeZone>"
    "<tt:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour><tt:Minute>2</tt:Minute><tt:Second>3</tt:Second></tt:Time>"
    "<tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>23</tt:Day></tt:Date></tt:UTCDateTime>"
    "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
)

INFORMATION = envelope(
    "<tds:GetDeviceInformationResponse><tds:Manufacturer> Maker </tds:Manufacturer><tds:Model>M-1</tds:Model>"
    "<tds:FirmwareVersion>V5.7.3</tds:FirmwareVersion><tds:SerialNumber/><tds:HardwareId>88</tds:HardwareId>"
    "</tds:GetDeviceInformationResponse>"
)


def services(host: str = "192.0.2.9", media1: str = "/onvif/Media", media2: str = "") -> bytes:
    """GetServices with a media service, and Media2 when it has a path."""
    paths = {TDS: "/onvif/device_service", TRT: media1, TR2: media2}
    each = "".join(
        f"<tds:Service><tds:Namespace>{namespace}</tds:Namespace>"
        f"<tds:XAddr>http://{host}{path}</tds:XAddr></tds:Service>"
        for namespace, path in paths.items()
        if path
    )
    return envelope(f"<tds:GetServicesResponse>{each}</tds:GetServicesResponse>")


CAPABILITIES = envelope(
    "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>http://192.0.2.9/onvif/device</tt:XAddr>"
    "</tt:Device><tt:Media><tt:XAddr>http://192.0.2.9/onvif/own_media</tt:XAddr></tt:Media></tds:Capabilities>"
    "</tds:GetCapabilitiesResponse>"
)


def source(token: str = "VS_1") -> str:
    """A Media1 video source configuration."""
    return (
        f'<tt:VideoSourceConfiguration token="VSC"><tt:Name>Cổng trường</tt:Name><tt:UseCount>2</tt:UseCount>'
        f'<tt:SourceToken>{token}</tt:SourceToken><tt:Bounds x="0" y="0" width="1920" height="1080"/>'
        f"</tt:VideoSourceConfiguration>"
    )


def h264(token: str = "VE_1", width: int = 1920, height: int = 1080, interval: int = 1) -> str:
    """A Media1 encoder configuration for H.264."""
    return (
        f'<tt:VideoEncoderConfiguration token="{token}"><tt:Name>E</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
        f"</tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit>"
        f"<tt:EncodingInterval>{interval}</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>"
        f"<tt:H264><tt:GovLength>50</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>"
        f"</tt:VideoEncoderConfiguration>"
    )


DAHUA_H265 = (
    '<tt:VideoEncoderConfiguration token="00000"><tt:Name>MainStream</tt:Name><tt:UseCount>1</tt:UseCount>'
    "</tt:VideoEncoderConfiguration>"
)


def profile(token: str, *parts: str, fixed: bool = True) -> str:
    """A Media1 profile."""
    start = f'<trt:Profiles token="{token}" fixed="{str(fixed).lower()}"><tt:Name>{token}</tt:Name>'
    return f"{start}{''.join(parts)}</trt:Profiles>"


def profiles(*each: str) -> bytes:
    """Media1 GetProfiles."""
    return envelope(f"<trt:GetProfilesResponse>{''.join(each)}</trt:GetProfilesResponse>")


def encoder2(encoding: str = "H265", token: str = "VE_1", width: int = 2560, height: int = 1440) -> str:
    """A Media2 encoder configuration."""
    return (
        f'<tr2:VideoEncoder token="{token}" GovLength="40" Profile="Main"><tt:Name>E</tt:Name>'
        f"<tt:UseCount>1</tt:UseCount><tt:Encoding>{encoding}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
        f'</tt:Resolution><tt:RateControl ConstantBitRate="true"><tt:FrameRateLimit>20</tt:FrameRateLimit>'
        f"<tt:BitrateLimit>3072</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality></tr2:VideoEncoder>"
    )


def profile2(token: str, encoder: str, source: str = "VS_1") -> str:
    """A Media2 profile."""
    shown = (
        f'<tr2:VideoSource token="VSC"><tt:Name>S</tt:Name><tt:SourceToken>{source}</tt:SourceToken></tr2:VideoSource>'
    )
    return (
        f'<tr2:Profiles token="{token}" fixed="true"><tr2:Name>{token}</tr2:Name>'
        f"<tr2:Configurations>{shown}{encoder}</tr2:Configurations></tr2:Profiles>"
    )


def profiles2(*each: str) -> bytes:
    """Media2 GetProfiles."""
    return envelope(f"<tr2:GetProfilesResponse>{''.join(each)}</tr2:GetProfilesResponse>")


OPTIONS1 = envelope(
    "<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options><tt:QualityRange><tt:Min>0</tt:Min><tt:Max>5</tt:Max>"
    "</tt:QualityRange><tt:H264><tt:ResolutionsAvailable><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>"
    "</tt:ResolutionsAvailable><tt:ResolutionsAvailable><tt:Width>1280</tt:Width><tt:Height>720</tt:Height>"
    "</tt:ResolutionsAvailable><tt:GovLengthRange><tt:Min>1</tt:Min><tt:Max>400</tt:Max></tt:GovLengthRange>"
    "<tt:FrameRateRange><tt:Min>1</tt:Min><tt:Max>25</tt:Max></tt:FrameRateRange></tt:H264><tt:Extension><tt:H264>"
    "<tt:ResolutionsAvailable><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:ResolutionsAvailable>"
    "<tt:BitrateRange><tt:Min>32</tt:Min><tt:Max>8192</tt:Max></tt:BitrateRange></tt:H264></tt:Extension></trt:Options>"
    "</trt:GetVideoEncoderConfigurationOptionsResponse>"
)

OPTIONS2 = envelope(
    "<tr2:GetVideoEncoderConfigurationOptionsResponse>"
    '<tr2:Options GovLengthRange="1 400" FrameRatesSupported="25 20 12.5 1"><tt:Encoding>H264</tt:Encoding>'
    "<tt:ResolutionsAvailable><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:ResolutionsAvailable>"
    "<tt:BitrateRange><tt:Min>32</tt:Min><tt:Max>8192</tt:Max></tt:BitrateRange></tr2:Options>"
    '<tr2:Options FrameRatesSupported="30"><tt:Encoding>H265</tt:Encoding></tr2:Options>'
    "</tr2:GetVideoEncoderConfigurationOptionsResponse>"
)


def stream_uri(uri: str) -> bytes:
    """Media1 GetStreamUri."""
    inner = f"<trt:MediaUri><tt:Uri>{uri}</tt:Uri><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>"
    return envelope(f"<trt:GetStreamUriResponse>{inner}</trt:GetStreamUriResponse>")
