"""Contracts only grow: whatever a release wrote, the present code reads with the same meaning (AUD-2)."""

import importlib
import inspect
import json
import pkgutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from types import ModuleType
from typing import Any, Literal

import pytest
from pydantic import BaseModel, create_model
from temporalio import workflow

import domain.contracts
import workflows
from domain.contracts.codes import CodeOrder
from domain.contracts.contract import Contract
from domain.notifications import DeliveryChannel
from scripts.contract_goldens import (
    FOLDER,
    SUMS,
    UNRELEASED,
    faults,
    goldens_of,
    sealed,
    sum_of,
    unreleased,
    written,
)
from scripts.contract_messages import Contracts, name_of, present

pytestmark = pytest.mark.requirement("AUD-2")
NAME = "codes.CodeOrder"
STAY_WITHIN = {
    *("contract.Contract", "appeal.Request", "attachments.Attachment", "batches.BatchItem", "journal.RecordedEntry"),
    "services.ServiceRecord",
}
"""What is in no payload of the engine."""


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return present()


def with_model(contracts: Contracts, model: type[Contract]) -> Contracts:
    return replace(contracts, messages=contracts.messages | {NAME: model})


def copied(without: str = "", **more: Any) -> type[Contract]:
    """`CodeOrder` as a change would leave it."""
    kept: dict[str, Any] = {
        name: (each.annotation, each) for name, each in CodeOrder.model_fields.items() if name != without
    }
    changed: type[Contract] = create_model("CodeOrder", __base__=Contract, **kept | more)
    return changed


def test_everything_ever_released_is_read_as_it_was_meant(contracts: Contracts) -> None:
    unsealed = json.loads(UNRELEASED.read_text(encoding="utf-8"))
    found = {name: faults(goldens, contracts) for name, goldens in {**sealed(), "unreleased": unsealed}.items()}
    assert not any(found.values()), found


def test_everything_present_has_a_golden(contracts: Contracts) -> None:
    fresh = "run scripts/contract_goldens.py, and see in the diff whether the contracts only grew"
    assert UNRELEASED.read_text(encoding="utf-8") == written(unreleased(contracts)), fresh


def classes_of(package: ModuleType) -> Iterator[type]:
    """The classes that the modules of a package define."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        yield from (each for _, each in inspect.getmembers(module, inspect.isclass) if each.__module__ == found.name)


def test_every_contract_is_looked_at_but_those_that_cross_no_boundary(contracts: Contracts) -> None:
    models = {name_of(each) for each in classes_of(domain.contracts) if issubclass(each, BaseModel)}
    assert models - contracts.messages.keys() == STAY_WITHIN


def test_every_process_is_looked_at(contracts: Contracts) -> None:
    defined = [workflow._Definition.from_class(each) for each in classes_of(workflows)]
    processes = [each for each in defined if each]
    assert len(processes) == 4
    assert {f"workflow {each.name}" for each in processes} <= contracts.signatures.keys()
    assert [each.name for each in processes if each.queries] == [], "the register answers all reads"


def test_every_field_of_every_message_is_filled(contracts: Contracts) -> None:
    goldens = goldens_of(contracts)
    absent = [
        f"{name}.{each}"
        for name, model in contracts.messages.items()
        for each in model.model_fields.keys() - goldens[name]
    ]
    assert absent == ["clocks.Budget.working_days"]
    assert "working_days" in goldens["clocks.Budget otherwise"]


def test_a_sealed_golden_is_never_edited_or_removed() -> None:
    sums = SUMS.read_text(encoding="utf-8").splitlines()
    assert [sum_of(FOLDER / f"{release}.json") for release in sealed()] == sorted(
        sums, key=lambda line: line.split()[1]
    )
    log = ["git", "log", "--format=", "-p", "--", str(SUMS)]
    changes = subprocess.run(log, cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603
    once = [line[1:] for line in changes.stdout.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert set(once) <= set(sums)


def test_a_copy_reads_what_the_original_wrote(contracts: Contracts) -> None:
    grown = with_model(contracts, copied(language=(str, "ru")))
    assert faults(goldens_of(contracts), grown) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (copied(language=(str, ...)), "does not decode: language"),
        (copied(without="time_zone"), "payload loses time_zone"),
        (copied(without="time_zone", zone=(str | None, None)), "payload loses time_zone"),
        (copied(without="to", recipient=(str, ...)), "does not decode: recipient"),
        (copied(without="channel", channel=(Literal["post"], "post")), "does not decode: channel"),
        (copied(without="to", to=(str | None, None)), ""),
    ],
)
def test_a_change_that_old_payloads_do_not_survive_is_found(
    contracts: Contracts, change: type[Contract], fault: str
) -> None:
    found = faults(goldens_of(contracts), with_model(contracts, change))
    assert found == ([f"{NAME}: {fault}"] if fault else [])


def test_what_is_gone_altogether_is_found_too(contracts: Contracts) -> None:
    fewer = deepcopy(contracts)
    del fewer.messages[NAME]
    fewer.vocabularies["notifications.DeliveryChannel"].remove(DeliveryChannel.PUSH)
    fewer.signatures["activity send_code"]["gives"] = "str"
    assert faults(goldens_of(contracts), fewer) == [
        "activity send_code: is gone, or takes or gives something else",
        f"{NAME}: is gone",
        "notifications.DeliveryChannel: no longer knows ['push']",
    ]
