"""The right to the data that were asked for, and the file that holds them (DAT-1, DAT-2)."""

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class PreparedData(Contract):
    """An encrypted file with the citizen's data that can be had until it expires (DAT-2)."""

    parcel_id: str
    sha256: str
    size_bytes: int
    available_until: AwareDatetime


class Provision(Area):
    """`authority` is on what ground somebody else asks, personal data; `fetched` counts the downloads."""

    requested: bool = False
    authority: str | None = None
    authority_confirmed: bool | None = None
    prepared: PreparedData | None = None
    fetched: int = 0

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Provision":
        match event:
            case events.DataRequested(personal=authority):
                return self.having(requested=True, authority=authority)
            case events.AuthorityConfirmed():
                return self.having(authority_confirmed=True)
            case events.AuthorityDenied():
                return self.having(authority_confirmed=False)
            case events.DataPrepared():
                return self.having(prepared=PreparedData(**event.model_dump(exclude={"type"})))
            case events.DataFetched():
                return self.having(fetched=self.fetched + 1)
            case events.DataDestroyed():
                return self.having(prepared=None)
            case _:
                return self
