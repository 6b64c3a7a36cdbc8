"""How the tests send mail."""

import smtplib
from email.message import EmailMessage

from tests.sandbox_process import SandboxProcess


def letter(to: str, message_id: str = "<one@hotline>") -> EmailMessage:
    """A letter in both forms, with a PDF."""
    message = EmailMessage()
    message["From"], message["To"] = "hotline@example.org", to
    message["Subject"], message["Message-ID"] = "Обращение принято", message_id
    message.set_content("Здравствуйте, Анна Петровна!\n")
    message.add_alternative("<p>Здравствуйте, <b>Анна Петровна</b>!</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7 ...", maintype="application", subtype="pdf", filename="Письмо.pdf")
    return message


def send(sandbox: SandboxProcess, message: EmailMessage, timeout: float = 5) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=timeout) as smtp:
        smtp.send_message(message)
