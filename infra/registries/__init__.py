"""Clients of the outside registries and services.

Silence, nonsense and answers about somebody else are `RegistryTrouble`; "not known" is an answer.
"""

from infra.registries.accounts import AccountRegistry
from infra.registries.documents import DocumentRegistries
from infra.registries.registry import Registry, RegistryRefusal, RegistryTrouble
from infra.registries.services import Services
from infra.registries.signatures import SignatureVerifier

__all__ = [
    "AccountRegistry",
    "DocumentRegistries",
    "Registry",
    "RegistryRefusal",
    "RegistryTrouble",
    "Services",
    "SignatureVerifier",
]
