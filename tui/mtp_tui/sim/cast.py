"""Who and what appears in the stories: people, laptops, servers and the security team of one made-up company.

First names and departments only, reserved domains (RFC 2606) and documentation addresses (RFC 5737, RFC 3849).
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mtp_tui.sim.demo_app import DOMAIN
from mtp_tui.sim.payload import JsonObject, stamp

NETBIOS = "CONTOSO"

_FIRST_NAMES = (
    "Alex Avery Bailey Blake Cameron Casey Charlie Dakota Devon Drew Eden Elliot Emery Finley Frankie Harper Hayden "
    "Jamie Jesse Jordan Jules Kai Kendall Lane Logan Marlowe Morgan Noor Parker Peyton Quinn Reese Remy Riley River "
    "Robin Rowan Sage Sam Sasha Sky Taylor Toni Yuri"
)
_DEPARTMENTS = ("Finance", "Sales", "HR", "Legal", "Engineering", "Marketing", "Operations", "Research")
_SHARED_ACCOUNTS = ("accounts.payable", "front.desk", "careers", "procurement", "press.office")
_SERVERS = (
    ("srv-dc01", "WindowsServer2022"),
    ("srv-dc02", "WindowsServer2022"),
    ("srv-fs01", "WindowsServer2019"),
    ("srv-fs02", "WindowsServer2019"),
    ("srv-sql01", "WindowsServer2019"),
    ("srv-sql02", "WindowsServer2016"),
    ("srv-web01", "WindowsServer2022"),
    ("srv-web02", "WindowsServer2022"),
    ("srv-bkp01", "WindowsServer2019"),
    ("srv-erp01", "WindowsServer2016"),
    ("lnx-build01", "Linux"),
    ("lnx-build02", "Linux"),
    ("lnx-web03", "Linux"),
)
_VERSIONS = {
    "Windows11": ("23H2", 22631),
    "Windows10": ("22H2", 19045),
    "macOS": ("14.6", 23),
    "Linux": ("22.4", 5),
    "WindowsServer2022": ("21H2", 20348),
    "WindowsServer2019": ("1809", 17763),
    "WindowsServer2016": ("1607", 14393),
}

ANALYSTS = (
    f"soc-tier1@{DOMAIN}",
    f"soc-tier2@{DOMAIN}",
    f"robin.soc@{DOMAIN}",
    f"sasha.soc@{DOMAIN}",
    f"noor.soc@{DOMAIN}",
)
"""Who owns incidents; besides them there is `Automation`."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the company."""

    display_name: str
    department: str
    account: str
    upn: str
    sid: str
    object_id: str


@dataclass(frozen=True, slots=True)
class Device:
    """A machine, and the record of it that stands in alerts."""

    id: str
    name: str
    owner: Person | None
    record: JsonObject


class Cast:
    """All of them, the same for the same seed."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._dice = random.Random(f"{seed}/cast")
        self._now = now
        self.people = [self._person(name, self._dice.choice(_DEPARTMENTS)) for name in _FIRST_NAMES.split()]
        self.shared = [self._person(name, "Shared mailbox") for name in _SHARED_ACCOUNTS]
        self.admin = self._person("adm-tier0", "IT")
        self.service = self._person("svc-backup", "IT")
        self.laptops = [self._laptop(person, number) for number, person in enumerate(self.people, 101)]
        self.servers = [self._device(name, platform, None, "Servers") for name, platform in _SERVERS]
        self.windows_servers = [server for server in self.servers if server.name.startswith("srv")]

    def laptop_of(self, person: Person) -> Device:
        """The machine of one of `people`."""
        return self.laptops[self.people.index(person)]

    def _person(self, name: str, department: str) -> Person:
        account = name.lower()
        sid = f"S-1-5-21-1111111111-2222222222-3333333333-{1100 + self._dice.randrange(8000)}"
        return Person(f"{name} ({department})", department, account, f"{account}@{DOMAIN}", sid, self._guid())

    def _laptop(self, person: Person, number: int) -> Device:
        platform = self._dice.choices(("Windows11", "Windows10", "macOS"), (6, 3, 1))[0]
        kind = "mac" if platform == "macOS" else "lt"
        return self._device(f"{person.department[:3].lower()}-{kind}-{number}", platform, person, "Workstations")

    def _device(self, name: str, platform: str, owner: Person | None, group: str) -> Device:
        dice = self._dice
        version, build = _VERSIONS[platform]
        device_id = dice.randbytes(20).hex()
        is_cloud = platform == "Linux"
        record: JsonObject = {
            "mdatpDeviceId": device_id,
            "aadDeviceId": None if is_cloud else self._guid(),
            "deviceDnsName": f"{name}.{DOMAIN}",
            "osPlatform": platform,
            "version": version,
            "osProcessor": "arm64" if platform == "macOS" else "x64",
            "osBuild": build,
            "healthStatus": dice.choices(("Active", "Inactive"), (12, 1))[0],
            "riskScore": dice.choices(("None", "Informational", "Low", "Medium", "High"), (4, 2, 4, 3, 2))[0],
            "rbacGroupName": group,
            "rbacGroupId": 12 if group == "Servers" else 7,
            "firstSeen": stamp(
                self._now
                - timedelta(
                    days=100 + dice.randrange(900), seconds=dice.randrange(86400), microseconds=dice.randrange(10**6)
                )
            ),
            "tags": ["Tier 0"] if name.startswith("srv-dc") else ["Finance"] if name.startswith("fin") else [],
            "defenderAvStatus": dice.choices(("Updated", "NotUpdated", "Unknown"), (8, 2, 1))[0],
            "onboardingStatus": "Onboarded",
            "vmMetadata": {
                "vmId": self._guid(),
                "cloudProvider": "Azure",
                "resourceId": f"/subscriptions/demo/virtualMachines/{name}",
            }
            if is_cloud
            else None,
        }
        return Device(device_id, name, owner, record)

    def _guid(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128), version=4))
