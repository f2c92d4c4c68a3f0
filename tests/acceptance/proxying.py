"""nginx in front of `serve`, as install/nginx.conf sets it up: only names, ports and files are others."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import trustme

from tests.acceptance.foreign import left_out

EXAMPLE = Path(__file__).parents[2] / "install" / "nginx.conf"
NAME = "localhost"
AROUND = """\
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/cameras.conf;
}}
"""


def free_port():
    """A port of loopback that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def settings(port):
    """What `serve` is told of the proxy; its port is named beside it."""
    return {
        "CAMERA_REGISTRY_WEB__HTTPS": "true",
        "CAMERA_REGISTRY_WEB__HOSTS": f'["{NAME}"]',
        "CAMERA_REGISTRY_WEB__PROXIES": '["127.0.0.1"]',
        "CAMERA_REGISTRY_WEB__PORT": str(port),
    }


@contextlib.contextmanager
def nginx(folder, behind):
    """nginx runs in front of the port `behind`; its ports of https and http, and the file of the authority."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        left_out("nginx", "nginx")
    folder.mkdir()
    secure, plain = free_port(), free_port()
    authority = trustme.CA()
    certificate = authority.issue_cert(NAME)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "chain.pem", append=True)
    (folder / "cameras.conf").write_text(_ours(folder, secure, plain, behind), encoding="utf-8")
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        _wait(process, secure)
        yield secure, plain, folder / "ca.pem"
    finally:
        process.terminate()
        process.wait(30)


def _ours(folder, secure, plain, behind):
    """The example, with what a person has to change in it, and ports that this test may have."""
    text = EXAMPLE.read_text(encoding="utf-8")
    changes = {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "https://cameras.example.vn$request_uri": f"https://{NAME}:{secure}$request_uri",
        "cameras.example.vn": NAME,
        "/etc/ssl/cameras.pem": str(folder / "chain.pem"),
        "/etc/ssl/private/cameras.key": str(folder / "key.pem"),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{behind}",
    }
    for written, ours in changes.items():
        assert written in text, written
        text = text.replace(written, ours)
    return text


def _wait(process, port):
    """Until it listens: nginx says nothing when it does."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "nginx has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)  # nothing tells us
    raise AssertionError("nginx does not listen")
