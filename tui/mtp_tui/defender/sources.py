"""The services and detectors behind alerts, under the names that people know them by today.

The same product has been sent under several names since 2020, with and without blanks. A name that is not in these
tables is shown as it came.
Source: "List incidents API" of Microsoft Learn, the Graph enumerations `serviceSource` and `detectionSource`, and
answers published by others.
"""

import re
from functools import lru_cache

_NOT_TELLING = re.compile(r"[\s_-]+")

_LONGEST = 200
"""Characters; no name has so many, and what is remembered stays small."""

_SERVICES = {
    "Defender for Endpoint": ("MicrosoftDefenderForEndpoint", "MicrosoftDefenderATP", "WindowsDefenderATP"),
    "Defender for Office 365": ("MicrosoftDefenderForOffice365", "OfficeATP", "Office365ATP"),
    "Defender for Cloud Apps": ("MicrosoftDefenderForCloudApps", "MicrosoftCloudAppSecurity", "CloudAppSecurity", "MCAS"),
    "Defender for Identity": ("MicrosoftDefenderForIdentity", "AzureATP", "AzureAdvancedThreatProtection"),
    "Defender for Cloud": ("MicrosoftDefenderForCloud", "AzureSecurityCenter"),
    "Defender XDR": ("MicrosoftDefenderXDR", "Microsoft365Defender", "MicrosoftThreatProtection"),
    "Entra ID Protection": (
        "AADIdentityProtection", "AzureADIdentityProtection", "AzureActiveDirectoryIdentityProtection",
        "MicrosoftEntraIDProtection",
    ),
    "App Governance": ("AppGovernance", "MicrosoftAppGovernance"),
    "Data Loss Prevention": ("DataLossPrevention", "MicrosoftDataLossPrevention"),
    "Insider Risk Management": ("MicrosoftInsiderRiskManagement",),
    "Microsoft Sentinel": ("MicrosoftSentinel", "AzureSentinel"),
    "Threat Intelligence": ("MicrosoftThreatIntelligence",),
    "Security for AI": ("MicrosoftSecurityForAI",),
}  # fmt: skip

_DETECTORS = {
    "Antivirus": ("WindowsDefenderAv", "Antivirus"),
    "EDR": ("WindowsDefenderAtp", "MicrosoftDefenderForEndpoint"),
    "SmartScreen": ("WindowsDefenderSmartScreen", "SmartScreen"),
    "Automated investigation": ("AutomatedInvestigation",),
    "Custom detection": ("CustomDetection",),
    "Custom indicator": ("CustomerTI", "CustomTI"),
    "Defender Experts": ("ThreatExperts", "MicrosoftThreatExperts"),
    "Manual": ("Manual",),
    "Defender for Cloud Apps": (
        "MCAS",
        "CloudAppSecurity",
        "MicrosoftCloudAppSecurity",
        "MicrosoftDefenderForCloudApps",
    ),
    "Defender for Office 365": ("OfficeATP", "MicrosoftDefenderForOffice365"),
    "Defender for Identity": ("AzureATP", "MicrosoftDefenderForIdentity"),
    "Defender XDR": ("Microsoft365Defender", "MicrosoftThreatProtection"),
    "Entra ID Protection": ("AAD", "AADIdentityProtection", "AzureADIdentityProtection"),
    "Data Loss Prevention": ("MicrosoftDataLossPrevention", "DataLossPrevention"),
    "App Governance policy": ("AppGovernancePolicy",),
    "App Governance detection": ("AppGovernanceDetection",),
    "Defender for Cloud": ("MicrosoftDefenderForCloud",),
    "Defender for Databases": ("DefenderForDatabases", "MicrosoftDefenderForDatabases"),
    "Defender for Servers": ("DefenderForServers", "MicrosoftDefenderForServers"),
    "Defender for Storage": ("DefenderForStorage", "MicrosoftDefenderForStorage"),
    "Defender for Containers": ("DefenderForContainers", "MicrosoftDefenderForContainers"),
    "Defender for App Service": ("DefenderForAppService", "MicrosoftDefenderForAppService"),
    "Defender for Key Vault": ("DefenderForKeyVault", "MicrosoftDefenderForKeyVault"),
    "Defender for Resource Manager": ("DefenderForResourceManager", "MicrosoftDefenderForResourceManager"),
    "Defender for DNS": ("DefenderForDNS", "MicrosoftDefenderForDNS"),
    "Defender for IoT": ("DefenderForIoT", "MicrosoftDefenderForIoT"),
    "Defender for Network": ("DefenderForNetwork", "MicrosoftDefenderForNetwork"),
    "Defender for APIs": ("DefenderForApiManagement", "MicrosoftDefenderForApiManagement"),
    "Defender for AI Services": ("DefenderForAIServices", "MicrosoftDefenderForAIServices"),
    "Microsoft Sentinel": ("MicrosoftSentinel",),
    "Sentinel scheduled rule": ("ScheduledAlerts",),
    "Sentinel NRT rule": ("NRTAlerts",),
    "Insider Risk Management": ("MicrosoftInsiderRiskManagement",),
    "Threat Intelligence": ("MicrosoftThreatIntelligence",),
    "Threat Intelligence analytics": ("MicrosoftDefenderThreatIntelligenceAnalytics",),
    "Built-in machine learning": ("BuiltInML",),
    "Security Copilot": ("SecurityCopilot",),
}


def _folded(name: str) -> str:
    return _NOT_TELLING.sub("", name).casefold()


def _by_alias(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {
        _folded(alias): shown for shown, aliases in table.items() for alias in (shown, f"Microsoft {shown}", *aliases)
    }


_SERVICE_BY_ALIAS = _by_alias(_SERVICES)
_DETECTOR_BY_ALIAS = _by_alias(_DETECTORS)


def service_name(sent: str) -> str:
    """The display name of an alert's `serviceSource`, or the word as it came."""
    return _service_name(sent) if len(sent) <= _LONGEST else sent


@lru_cache(maxsize=256)
def _service_name(sent: str) -> str:
    return _SERVICE_BY_ALIAS.get(_folded(sent), sent)


def begins_service(typed: str) -> bool:
    """Whether some name of a service begins so, without regard to case and blanks."""
    word = _folded(typed)
    return any(alias.startswith(word) for alias in _SERVICE_BY_ALIAS)


def detector_name(sent: str) -> str:
    """The display name of an alert's `detectionSource`, or the word as it came."""
    return _detector_name(sent) if len(sent) <= _LONGEST else sent


@lru_cache(maxsize=256)
def _detector_name(sent: str) -> str:
    return _DETECTOR_BY_ALIAS.get(_folded(sent), sent)
