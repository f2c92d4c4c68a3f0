"""What a process that decodes may know of the machine: enough to find Python and our code, and no secret of ours."""

from __future__ import annotations

import os
from pathlib import Path

import probes

_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG")
_LARGE_PIECES = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_TOP_PAD_": "33554432",
}
"""glibc takes huge pages (from 2.35 on) and gives nothing back meanwhile: mallopt(3). Others ignore these names."""


def environment() -> dict[str, str]:
    """What the process may know: where Python and our code are, to use one thread, and to take memory in large pieces
    (each child has all of its pages to touch anew).
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    here = str(Path(probes.__file__ or "").resolve().parent.parent)
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    return {**kept, **single, **_LARGE_PIECES, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1"}
