"""Devices named by alerts; the same one may come with every alert, under different names."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from mtp_tui.defender.fields import Extra, Fields

DEVICE_ID_KEYS = ("mdatpDeviceId", "deviceId", "mdeDeviceId", "machineId")
"""The body's spelling, the documentation's, Graph's, and Defender for Endpoint's."""

ENTRA_ID_KEYS = ("aadDeviceId", "azureAdDeviceId")


@dataclass(frozen=True, slots=True)
class Device:
    """One device. Words such as `None` and `Other` are the service's own, and are kept."""

    id: str = ""
    """Defender's device ID, 40 hex digits as a rule."""
    names: tuple[str, ...] = ()
    """Every DNS name it was sent under; none at all if the service sent none."""
    entra_id: str = ""
    os_platform: str = ""
    version: str = ""
    build: str = ""
    processor: str = ""
    health: str = ""
    risk: str = ""
    group: str = ""
    group_id: str = ""
    onboarding: str = ""
    antivirus: str = ""
    first_seen: datetime | None = None
    tags: tuple[str, ...] = ()
    logged_on_users: tuple[str, ...] = ()
    extra: Extra = ()
    """Keys that have no place above."""

    @property
    def title(self) -> str:
        """The best one-line name; empty if the service sent neither name nor ID."""
        return self.names[0] if self.names else self.id or self.entra_id


def device_of(sent: Fields) -> Device:
    """One record of an alert's `devices`."""
    return Device(
        id=sent.text(*DEVICE_ID_KEYS),
        names=_each_once((*sent.texts("deviceDnsName"), *sent.texts("hostName"))),
        entra_id=sent.text(*ENTRA_ID_KEYS),
        os_platform=sent.text("osPlatform"),
        version=sent.text("version"),
        build=sent.text("osBuild"),
        processor=sent.text("osProcessor"),
        health=sent.text("healthStatus"),
        risk=sent.text("riskScore"),
        group=sent.text("rbacGroupName"),
        group_id=sent.text("rbacGroupId"),
        onboarding=sent.text("onboardingStatus"),
        antivirus=sent.text("defenderAvStatus"),
        first_seen=sent.moment("firstSeen", "firstSeenDateTime"),
        tags=sent.texts("tags"),
        logged_on_users=tuple(name for user in sent.objects("loggedOnUsers") if (name := _user_name(user))),
        extra=sent.unread(),
    )


def merge_devices(devices: Iterable[Device]) -> tuple[Device, ...]:
    """Each device once, in order of first appearance: by ID, else by Entra ID, else by name.

    A later record adds names, tags and users, and fills what an earlier one left empty.
    """
    merged: dict[str, Device] = {}
    for position, device in enumerate(devices):
        key = device.id or device.entra_id or "".join(device.names[:1])
        key = key.casefold() or f"\0{position}"
        merged[key] = _merged(merged[key], device) if key in merged else device
    return tuple(merged.values())


def _merged(earlier: Device, later: Device) -> Device:
    together: dict[str, object] = {}
    for attribute in fields(Device):
        one, other = getattr(earlier, attribute.name), getattr(later, attribute.name)
        if attribute.name == "names":
            together["names"] = _each_once((*one, *other))
        elif isinstance(one, tuple):
            together[attribute.name] = tuple(dict.fromkeys((*one, *other)))
        else:
            together[attribute.name] = one or other
    return Device(**together)  # type: ignore[arg-type]  # the names and types are those of Device itself


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Host names differ in case from record to record and mean the same."""
    by_fold: dict[str, str] = {}
    for name in names:
        by_fold.setdefault(name.casefold(), name)
    return tuple(by_fold.values())


def _user_name(user: Fields) -> str:
    account, domain = user.text("accountName"), user.text("domainName")
    return (
        f"{domain}\\{account}"
        if account and domain
        else account or user.text("userPrincipalName", "displayName", "userSid")
    )
