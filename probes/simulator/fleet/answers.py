"""ONVIF answers that are prepared once for all cameras of a kind, as bytes.

Strategy: cameras of one kind (make and sizes) answer alike but for their address, serial number and MAC. So the first
one that is asked something answers for a camera whose address, serial number and MAC are words that occur nowhere
else, and each puts its own in their place. What is asked is told apart by the very bytes of the question; the time of
day is never prepared. Logins, faults and refusals are no answers: each camera judges them by itself.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from lxml import etree

from probes.simulator.onvif import OnvifServer, Operation
from probes.simulator.soap import Call, envelope
from probes.simulator.state import CameraState

Prepared = dict[tuple[Hashable, ...], bytes]
"""Answers in words, by kind and question."""
_LIVE = frozenset({"GetSystemDateAndTime"})
_HOST, _SERIAL, _MAC = "xHOSTx", "xSERIALx", "xMACx"
_MOST = 4096
"""Answers that are kept; whoever asks for more is answered without."""


class Server(OnvifServer):
    """The ONVIF services of one camera of a `kind`, answered from what is `prepared`."""

    def __init__(self, state: CameraState, kind: Hashable, prepared: Prepared) -> None:
        super().__init__(state)
        self._camera, self._kind, self._prepared = state, kind, prepared

    def answered(self, operation: Operation, call: Call) -> bytes:
        """The envelope that answers `call`, which may be answered. Raises Fault."""
        if call.operation in _LIVE:
            return super().answered(operation, call)
        key = (self._kind, call.namespace, call.operation, etree.tostring(call.element))
        words = self._prepared.get(key)
        if words is None:
            words = self._in_words(operation, call)
            if len(self._prepared) < _MOST:
                self._prepared[key] = words
        return self._with_own(words)

    def _in_words(self, operation: Operation, call: Call) -> bytes:
        """What a camera of this kind answers that has words for what is a camera's own."""
        nobody = replace(self._camera.spec, host=_HOST, serial=_SERIAL, mac=_MAC)
        return envelope(operation(replace(self._camera, spec=nobody, host=_HOST), call))

    def _with_own(self, words: bytes) -> bytes:
        spec = self._camera.spec
        for word, own in ((_HOST, self._camera.host), (_SERIAL, spec.serial), (_MAC, spec.mac)):
            words = words.replace(word.encode(), own.encode())
        return words
