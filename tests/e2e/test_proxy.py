"""Behind the reverse proxy of the operations guide: TLS, what is pushed, and who is asking."""

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_connection, create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.sync.client import connect

from bancheng.graphql.limits import ATTEMPTS_ADDRESS_MAX
from support.program import MASTER_KEY, bancheng

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"
RATE = """mutation { rateByCode(code: "0000-0000-0000-0000", level: SATISFIED, named: true) {
  ... on Rejection { code } } }"""
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.mark.skipif(NGINX is None and "CI" not in os.environ, reason="nginx-light is not installed")
def test_the_proxy_of_the_guide_passes_on_requests_sockets_and_addresses(tmp_path):
    database = f"sqlite:///{tmp_path}/hall.db"
    bancheng(database, "unit", "add", "ZWZX", "政务服务中心")
    bancheng(
        database, "user", "add", "jian", "--name", "建", "--post", "监督岗", "--unit", "ZWZX",
        "--role", "supervisor",
    )  # fmt: skip
    token = bancheng(database, "token", "jian").stdout.strip()
    trusted = certificate(tmp_path)
    with served(database) as behind, proxied(tmp_path, behind) as port:
        check_socket(port, trusted, token)
        check_addresses(port, trusted)
    # Who stops the service and copies the file has everything: nothing is left beside it.
    assert not (tmp_path / "hall.db-wal").exists()


def check_socket(port: int, trusted: ssl.SSLContext, token: str) -> None:
    with connect(
        f"wss://localhost:{port}/graphql", ssl=trusted, subprotocols=["graphql-transport-ws"]
    ) as socket:
        said = {"Authorization": f"Bearer {token}"}
        socket.send(json.dumps({"type": "connection_init", "payload": said}))
        assert json.loads(socket.recv(timeout=20))["type"] == "connection_ack"


def check_addresses(port: int, trusted: ssl.SSLContext) -> None:
    def answer(address: str, claimed: str) -> str:
        asked = http.client.HTTPSConnection(
            "localhost", port, source_address=(address, 0), context=trusted, timeout=20
        )
        headers = {"Content-Type": "application/json", "X-Forwarded-For": claimed}
        asked.request("POST", "/graphql", json.dumps({"query": RATE}), headers)
        said = json.load(asked.getresponse())
        asked.close()
        return str(said["data"]["rateByCode"]["code"])

    tried = [answer("127.0.0.2", f"10.0.0.{n}") for n in range(ATTEMPTS_ADDRESS_MAX + 1)]
    assert tried == ["RATING_CODE_INVALID"] * ATTEMPTS_ADDRESS_MAX + ["ATTEMPTS_TOO_MANY"]
    assert answer("127.0.0.3", "127.0.0.2") == "RATING_CODE_INVALID"


@contextmanager
def served(database: str) -> Iterator[int]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANCHENG_")}
    settings = {
        "BANCHENG_DATABASE_URL": database,
        "BANCHENG_MASTER_KEY": MASTER_KEY,
        "BANCHENG_HALL": "TEST",
    }
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bancheng", "serve", "--port", "0"],
        env=kept | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with ended(process):
        found = re.match(r"服务地址 http://127.0.0.1:(\d+)/", process.stdout.readline())
        assert found is not None
        yield int(found[1])


@contextmanager
def proxied(folder: Path, behind: int) -> Iterator[int]:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = GUIDE.read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    places = {
        "listen 443": f"listen 127.0.0.1:{port}",
        "hall.example": "localhost",
        "/etc/ssl/": f"{folder}/",
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
    }
    for place, here in places.items():
        assert place in snippet
        snippet = snippet.replace(place, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off;\n{kept}{snippet}}}\n"
    )
    with ended(subprocess.Popen([str(NGINX), "-p", str(folder), "-c", f"{folder}/nginx.conf"])):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port


@contextmanager
def ended(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate of localhost and its key in ``folder``; who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "hall.pem").write_bytes(made.public_bytes(pem))
    (folder / "hall.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return ssl.create_default_context(cafile=folder / "hall.pem")
