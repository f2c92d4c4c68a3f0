"""A program: what the units forbid is forbidden to it, as far as a process can do that to itself, and then it does what
the program does with code that is not Python: decoding a picture, hashing, sealing, both databases, papers, ONVIF. It
prints what it came to, and ends with 3 where this kernel cannot forbid.
"""

import ctypes
import mmap
import sys
from datetime import UTC, datetime
from pathlib import Path

PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, REFUSE_EXEC_GAIN = 38, 65, 1


def forbid():
    """No memory that was written becomes code (MemoryDenyWriteExecute), and no right is got (NoNewPrivileges)."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        sys.exit(3)
    try:
        mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    except PermissionError:
        return
    sys.exit("memory may still become code")


def work(folder):
    """What came of each part."""
    import psycopg
    import typst

    from camera_registry.access import passwords
    from camera_registry.config import Settings
    from camera_registry.doctor.checked import Around
    from camera_registry.doctor.program import decoder
    from camera_registry.vault import Vault
    from probes.onvif.client import warm_up
    from tests.camera_registry.new_registry import new_registry

    paper = folder / "a.typ"
    paper.write_text("= Báo cáo")
    warm_up()
    new_registry(folder / "registry.db").dispose()
    hashed = passwords.hashed("ba con bò vàng đồng")
    around = Around(Settings(), None, {}, datetime.now(UTC))
    return {
        "decoder": next(decoder(around)).state,
        "hash": passwords.is_password(hashed, "ba con bò vàng đồng"),
        "vault": Vault(bytes(32)) is not None,
        "libpq": psycopg.pq.version() > 0,
        "paper": typst.compile(str(paper))[:4] == b"%PDF",
    }


if __name__ == "__main__":
    forbid()
    print(work(Path(sys.argv[1])))
