"""Which addresses of other services may be asked, and given a token."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from mast_resolver.errors import SettingsError


def check_address(url: str) -> None:
    """Refuse an address that is not https, or http on this machine.

    Raises:
        SettingsError: it is not.

    Example:
        >>> check_address("https://id.example/realm")
        >>> check_address("http://id.example/realm")
        Traceback (most recent call last):
        mast_resolver.errors.SettingsError: MAST-002: an address of another service is not https
          fix: write it as https://HOST/PATH; http is for this machine only
    """
    try:
        parts = urlsplit(url)
        host, fine = parts.hostname or "", parts.scheme == "https"
        fine = bool(host) and not parts.username and not parts.fragment and (fine or is_here(url))
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError(
            "an address of another service is not https",
            fix="write it as https://HOST/PATH; http is for this machine only",
        )


def is_here(url: str) -> bool:
    """Whether it is an http address on this machine.

    Example:
        >>> is_here("http://127.0.0.1:8000/graphql"), is_here("http://127.0.0.1.example")
        (True, False)
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or host == "localhost":
        return parts.scheme == "http"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
