"""An RTSP server that says exactly what a test tells it to; shares no code with the client."""

import asyncio
import contextlib
import struct

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track1\r\n"
    b"m=audio 0 RTP/AVP 0\r\na=control:track2\r\n"
)


def reply(status=200, phrase="OK", body=b"", **headers):
    """The bytes of a reply; `{cseq}` in them becomes the CSeq of the request. Underscores in names become hyphens."""
    lines = [f"RTSP/1.0 {status} {phrase}", "CSeq: {cseq}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def jpeg_packets(count, first=0, channel=0, fps=10, ssrc=7):
    """`count` interleaved RTP packets, each a whole 640x480 picture of RFC 2435 with Q 50."""
    packets = []
    for number in range(first, first + count):
        header = struct.pack("!BBHII", 0x80, 0x80 | 26, number & 0xFFFF, number * 90000 // fps, ssrc)
        payload = bytes((0, 0, 0, 0, 1, 50, 80, 60)) + b"\x11" * 200
        packets.append(struct.pack("!cBH", b"$", channel, len(header + payload)) + header + payload)
    return packets


class ScriptedServer:
    """Answers by method from `script`: bytes, or a coroutine function (server, writer, request) that writes itself."""

    def __init__(self, script):
        self.script = {
            "OPTIONS": reply(),
            "DESCRIBE": reply(body=SDP, Content_Type="application/sdp"),
            "SETUP": reply(Session="12345678;timeout=60", Transport="RTP/AVP/TCP;unicast;interleaved=0-1"),
            "PLAY": play(),
            "TEARDOWN": reply(),
            **script,
        }
        self.requests = []
        self.connections = 0
        self.port = 0
        self.listener = None
        self._tasks = set()

    @contextlib.asynccontextmanager
    async def running(self, tls=None):
        """Listens on 127.0.0.1 until the block ends."""
        server = self.listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    def methods(self):
        """The methods asked for, in order."""
        return [request.split(b" ", 1)[0].decode() for request in self.requests]

    def url(self, path="/live"):
        """The address of a stream."""
        return f"rtsp://127.0.0.1:{self.port}{path}"

    async def _serve(self, reader, writer):
        self.connections += 1
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(request)
                await self._answer(writer, request)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # cancelled by `running`, at the end: asyncio would print it
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, writer, request):
        method = request.split(b" ", 1)[0].decode()
        answer = self.script[method]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            await answer(self, writer, request)
        else:
            writer.write(answer.replace(b"{cseq}", cseq_of(request)))
            await writer.drain()


def cseq_of(request):
    """The CSeq of a request."""
    return next(line.split(b":")[1].strip() for line in request.split(b"\r\n") if line.lower().startswith(b"cseq"))


def interleaved(packets, channel=0):
    """RTP `packets` as they stand in an RTSP connection (RFC 2326 10.12)."""
    return [struct.pack("!cBH", b"$", channel, len(packet)) + packet for packet in packets]


def play(channel=0, count=400, fps=10, every=0.005, before=b"", packets=None):
    """An answer to PLAY: the reply, then `packets` (interleaved), or `count` pictures, sent faster than their time
    stamps say.
    """

    async def answer(server, writer, request):
        writer.write(reply().replace(b"{cseq}", cseq_of(request)) + before)

        async def send():
            for packet in packets or jpeg_packets(count, channel=channel, fps=fps):
                writer.write(packet)
                await asyncio.sleep(every)

        task = asyncio.create_task(send())
        server._tasks.add(task)
        task.add_done_callback(server._tasks.discard)

    return answer
