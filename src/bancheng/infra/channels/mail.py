"""电子邮件: by SMTP, several notices in one mail, under a Message-ID that stays the same."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from bancheng.app.noticing.messages import Gathers, Message, NotDelivered
from bancheng.infra.notice_settings import MailServer

# For each word that is said: with all receivers it stays below what a notice is leased for.
TIMEOUT_SECONDS: Final = 5.0
GATHERS: Final = Gathers(notices=50, text_bytes=100_000)
_NEVER: Final = range(500, 600)


class Mailbox:
    """收件人: those who get the mail of one route."""

    gathers = GATHERS

    def __init__(
        self,
        server: MailServer,
        to: tuple[str, ...],
        hall_name: str,
        tls: ssl.SSLContext | None,
        now: Callable[[], datetime],
    ) -> None:
        self._server, self._to, self._hall_name = server, to, hall_name
        self._tls, self._now = tls or ssl.create_default_context(), now

    def send(self, message: Message) -> None:
        """Hand one mail in; ``NotDelivered`` unless the server took it for everybody."""
        try:
            with self._connected() as smtp:
                refused = smtp.send_message(self._mail(message), to_addrs=list(self._to))
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients) from error
        except smtplib.SMTPDataError as error:
            is_final = error.smtp_code in _NEVER
            raise NotDelivered(f"SMTP_{error.smtp_code}", is_final=is_final) from error
        except smtplib.SMTPResponseException as error:  # who hands it in is refused, and not it
            raise NotDelivered(f"SMTP_{error.smtp_code}") from error
        except TimeoutError as error:
            raise NotDelivered("TIMEOUT") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"UNREACHABLE_{type(error).__name__}") from error
        if refused:  # some have it; to send all of it again would be worse
            raise _refused(refused, is_final=True)

    def close(self) -> None:
        """Nothing: each mail is handed in over a line of its own."""

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.tls == "tls":
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=self._tls
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=self._tls)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        first, *others = message.items
        more = f"等 {len(message.items)} 项" if others else ""
        mail["Subject"] = f"【{self._hall_name}】{first.term} {first.number}{more}"
        mail["From"], mail["To"] = self._server.sender, ", ".join(self._to)
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = f"<{message.id}@{self._server.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # nobody's absence answers it (RFC 3834)
        mail.set_content("\n\n".join(one.text for one in message.items) + "\n")
        return mail


def _refused(recipients: dict[str, tuple[int, bytes]], *, is_final: bool = False) -> NotDelivered:
    code = max((code for code, _ in recipients.values()), default=550)
    return NotDelivered(f"SMTP_{code}", is_final=is_final or code in _NEVER)
