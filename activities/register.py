"""Writing the register, and handing over what it has queued."""

from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import RegisterActivities
from domain.contracts.journal import Moment, Transition
from domain.contracts.registries import RelatedSearch
from infra.engine import Deliveries
from store.register import Register


@dataclass(frozen=True)
class RegisterWriter(RegisterActivities):
    """The body of `RegisterActivities`."""

    case_register: Register
    deliveries: Deliveries

    @activity.defn
    async def record_transition(self, transition: Transition) -> str:
        await self.case_register.record(transition)
        for sequence in dict.fromkeys(message.moment for message in transition.messages):
            await self.deliveries.hand_over(Moment(number=transition.number, sequence=sequence))
        return transition.digest()

    @activity.defn
    async def find_related(self, search: RelatedSearch) -> list[str]:
        return await self.case_register.related(search)
