"""
A certificate of a test's own, and of who signed it.
"""

from __future__ import annotations

import dataclasses
import pathlib

import trustme

from tests.browser.address import HOST


__all__ = ["Certificate", "certified"]


@dataclasses.dataclass(frozen=True)
class Certificate:
    """
    Where there are a certificate for this machine, its key, and its authority's.
    """

    chain: pathlib.Path
    key: pathlib.Path
    authority: pathlib.Path


def certified(folder: pathlib.Path) -> Certificate:
    """
    Return a new certificate in a new folder.
    """
    folder.mkdir()
    certificate = Certificate(
        folder / "chain.pem", folder / "key.pem", folder / "authority.pem"
    )
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(certificate.authority))
    issued = authority.issue_cert(HOST)
    issued.private_key_pem.write_to_path(str(certificate.key))
    for part in issued.cert_chain_pems:
        part.write_to_path(str(certificate.chain), append=True)
    return certificate
