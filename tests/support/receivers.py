"""Real receivers on loopback: an HTTP server and an SMTP server that keep what they were told.

A receiver does what it is asked to, one answer after the other, and then its usual one: a status,
``HANG`` (it takes the request and answers nothing until it is stopped), ``CUT`` (it takes it and
lets go of the line), or a body.
"""

import json
import socketserver
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote_plus

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HANG, CUT = "hang", "cut"
_OK = b'{"errcode": 0, "code": "0"}'


@dataclass
class Heard:
    """One request that came, whatever was answered."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    answered: Any

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class HttpReceiver:
    """Whom notices go to over HTTP; ``answers`` are used up one by one, then ``usual`` holds."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    usual: Any = 200
    stopped: Event = field(default_factory=Event)

    def taken(self, header: str) -> list[str]:
        """The ids of what it took, in their order, as a receiver keeps them."""
        return [one.headers[header] for one in self.heard if one.answered == 200]


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: HttpReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        it = self.receiver
        answer = it.answers.pop(0) if it.answers else it.usual
        headers = {name.lower(): value for name, value in self.headers.items()}
        it.heard.append(Heard(self.path, headers, body, answer))
        if answer in (HANG, CUT):
            if answer == HANG:
                it.stopped.wait()
            self.close_connection = True
            return
        more: dict[str, str] = {}
        if isinstance(answer, tuple):
            answer, more = answer
        status, said = (answer, _OK) if isinstance(answer, int) else (200, answer)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Whoever is killed while it is answered is no fault of the receiver's."""


@contextmanager
def http(tls: ssl.SSLContext | None = None) -> Iterator[HttpReceiver]:
    """An HTTP receiver on a free port."""
    it = HttpReceiver()
    handler = type("Asked", (_Asked,), {"receiver": it})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    it.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/in"
    with _served(server, it.stopped):
        yield it


@contextmanager
def _served(server: socketserver.BaseServer, stopped: Event) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mail:
    """One mail that was handed in, and to whom."""

    to: list[str]
    text: str


@dataclass
class SmtpReceiver:
    """A mail server; it answers ``says`` to each command that begins so, else yes."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    heard: list[str] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)


class _Session(socketserver.StreamRequestHandler):
    receiver: SmtpReceiver

    def handle(self) -> None:
        self._to: list[str] = []
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].split()[0].upper()
            self.receiver.heard.append(verb)
            if refused := self.receiver.says.get(verb):
                self._say(refused)
            else:
                getattr(self, f"_{verb.lower()}", self._else)(line)
            if verb == "QUIT":
                return

    def _ehlo(self, _: str) -> None:
        more = "250-STARTTLS\r\n" if self._may_start_tls() else ""
        self._say(f"250-here\r\n{more}250 AUTH PLAIN")

    def _rcpt(self, line: str) -> None:
        self._to.append(line.partition(":")[2].strip("<> "))
        self._say("250 yes")

    def _data(self, _: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.receiver.mails.append(Mail(self._to, b"".join(lines).decode()))
        self._to = []
        self._say("250 taken")

    def _auth(self, _: str) -> None:
        self._say("235 yes")

    def _quit(self, _: str) -> None:
        self._say("221 bye")

    def _else(self, _: str) -> None:
        self._say("250 yes")

    def _starttls(self, _: str) -> None:
        self._say("220 go on")
        assert self.receiver.tls is not None
        self._sealed = self.receiver.tls.wrap_socket(self.connection, server_side=True)
        self.connection = self._sealed
        self.rfile = self._sealed.makefile("rb")
        self.wfile = self._sealed.makefile("wb")

    def finish(self) -> None:
        super().finish()
        if self.connection is not self.request:
            self.connection.close()

    def _may_start_tls(self) -> bool:
        return self.receiver.tls is not None and not isinstance(self.connection, ssl.SSLSocket)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()


class _SmtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up is no fault of the server's."""


@contextmanager
def smtp(tls: ssl.SSLContext | None = None) -> Iterator[SmtpReceiver]:
    """A mail server on a free port, with STARTTLS if it has a certificate."""
    it = SmtpReceiver(tls=tls)
    handler = type("Session", (_Session,), {"receiver": it})
    server = _SmtpServer(("127.0.0.1", 0), handler)
    it.port = server.server_address[1]
    with _served(server, it.stopped):
        yield it


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of nobody's but this test's: what serves with it, and who is to be trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return serving, folder / "ca.pem"


def quoted(text: str) -> str:
    """``text`` as it stands in the query of an address."""
    return quote_plus(text)
