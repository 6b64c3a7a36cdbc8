"""One-time confirmation codes: derived here, sent at once, kept nowhere (VER-3)."""

from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import CodeActivities
from domain.contracts.codes import CodeOrder, CodeReceipt
from domain.number import format_number
from infra.codes import ConfirmationCodes
from infra.gateways import CodeGateway, Refused
from infra.rendering import MOSCOW, short_local_time


@dataclass(frozen=True)
class CodeSender(CodeActivities):
    """The body of `CodeActivities`."""

    codes: ConfirmationCodes
    gateway: CodeGateway

    @activity.defn
    async def send_code(self, order: CodeOrder) -> CodeReceipt:
        code = self.codes.code(order.code_id)
        digest = self.codes.digest(order.code_id, code)
        try:
            await self.gateway.send(order.code_id, order.channel, order.to, _text(order, code))
        except Refused:
            return CodeReceipt(accepted=False, digest=digest)
        return CodeReceipt(accepted=True, digest=digest)


def _text(order: CodeOrder, code: str) -> str:
    until = short_local_time(order.expires_at, order.time_zone or MOSCOW)
    return (
        f"Код {code} — подтверждение личности, обращение {format_number(order.number)}. Действует до {until}. "
        "Прежние коды недействительны. Никому не сообщайте код, даже сотруднику поддержки."
    )
