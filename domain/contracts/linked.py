"""An appeal that a case opens by itself, as a consequence of its own (SEC-1)."""

from domain.appeal import Relation
from domain.contracts.appeal import Appeal
from domain.contracts.contract import Contract


class LinkedOrder(Contract):
    """The order to open an appeal that follows `parent`; for each relation there is one, however often it is ordered.

    `appeal` comes without a number: it is derived, as for every appeal.
    """

    parent: str
    relation: Relation
    appeal: Appeal


class LinkedReceipt(Contract):
    """The number under which the ordered appeal is durably started."""

    number: str
