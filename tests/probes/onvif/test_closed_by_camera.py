"""A login that was good in an earlier visit, at a camera that now hangs up on it."""

import asyncio

from probes.login import LoginState
from probes.run import look
from probes.target import Address, Credential, Limits, Remembered, Target

QUICK = Limits(connect_s=1, read_s=2, deadline_s=20, picture=False)
CHALLENGE = b'HTTP/1.1 401 X\r\nContent-Length: 0\r\nWWW-Authenticate: Digest realm="x", nonce="n", qop="auth"\r\n\r\n'


async def _logins() -> int:
    """How many requests with a login a camera got that wants one and hangs up on each."""
    signed = []

    async def served(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                if b"\r\nauthorization:" in head.lower():
                    signed.append(head)
                    break
                writer.write(CHALLENGE)
        except (asyncio.IncompleteReadError, OSError):
            pass
        writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    good = Remembered().with_login("1", LoginState(onvif="good"))
    target = Target(
        "k", Address("onvif", "127.0.0.1", onvif_port=port, rtsp_port=9), (Credential("1", "a", "b"),), good, (), QUICK
    )
    await look(target)
    server.close()
    await server.wait_closed()
    return len(signed)


def test_a_login_is_not_sent_twice_because_the_camera_hung_up():
    """Its password may have been changed, and each time counts: two unclear answers end it."""
    assert asyncio.run(_logins()) == 2
