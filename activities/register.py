"""Writing the register, and handing over what it has queued."""

from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import RegisterActivities
from domain.contacts import previous_contact
from domain.contracts.events import PreviousContact
from domain.contracts.history import CitizenHistory, HistorySearch
from domain.contracts.journal import Moment, Transition
from infra.engine import Deliveries
from store.chain import Chains
from store.register import Register


@dataclass(frozen=True)
class RegisterWriter(RegisterActivities):
    """The body of `RegisterActivities`."""

    case_register: Register
    deliveries: Deliveries

    @activity.defn
    async def record_transition(self, transition: Transition) -> str:
        # A local activity runs before the engine has kept the step it belongs to, and that step may yet be
        # abandoned and come out otherwise. A normal activity is part of a step that was kept: its word is final.
        await self.case_register.record(transition, supersede=not activity.info().is_local)
        for template, occurrence in dict.fromkeys((each.template, each.occurrence) for each in transition.messages):
            moment = Moment(number=transition.number, template=template, occurrence=occurrence)
            await self.deliveries.hand_over(moment)
        return transition.digest()

    @activity.defn
    async def find_history(self, search: HistorySearch) -> CitizenHistory:
        return await self.case_register.history(search)

    @activity.defn
    async def read_contacts(self, number: str) -> list[PreviousContact]:
        earlier = await Chains(self.case_register).back_from(number)
        return [previous_contact(view) for view in earlier]
