"""Every word and every type that the documentation knows, and what an analyst sees of it; an unknown one beside each.

The words stand here as the collected documentation has them, of this API and of Microsoft Graph, and are taken from no
table of the program.
"""

import pytest

from mtp_tui.defender.triage_words import determinations_of, known_as
from mtp_tui.ui.widgets.incident_overview import KINDS
from tests.defender.shapes import incident_json
from tests.oddities.seen import check, with_alerts, with_devices, with_entities

UNKNOWN = "WordOfTomorrow"

INCIDENT_STATUSES = (
    "Active InProgress Resolved Redirected awaitingAction unknownFutureValue active inProgress resolved redirected"
)
SEVERITIES = {"UnSpecified": "·", "Informational": "○", "Low": "▽", "Medium": "◆", "High": "▲", "unknown": "·", "informational": "○", "low": "▽", "medium": "◆", "high": "▲", UNKNOWN: "·"}  # fmt: skip
CLASSIFICATIONS = "Unknown FalsePositive TruePositive InformationalExpectedActivity unknown truePositive falsePositive informationalExpectedActivity"
DETERMINATIONS = """
    NotAvailable Apt Malware SecurityPersonnel SecurityTesting UnwantedSoftware Other MultiStagedAttack MaliciousUserActivity CompromisedAccount Phishing
    LineOfBusinessApplication ConfirmedActivity Clean NoEnoughDataToValidate CompromisedUser ConfirmedUserActivity InsufficientData
    notEnoughDataToValidate notMalicious unknown apt multiStagedAttack compromisedAccount maliciousUserActivity
"""
ALERT_STATUSES = "Unknown New InProgress Resolved new inProgress resolved unknown Active"
INVESTIGATION_STATES = """
    Unknown Terminated SuccessfullyRemediated Benign Failed PartiallyRemediated Running PendingApproval PendingResource PartiallyInvestigated
    TerminatedByUser TerminatedBySystem Queued InnerFailure PreexistingAlert UnsupportedOs UnsupportedAlertType SuppressedAlert
"""
SOURCES = {
    "Defender for Endpoint": "MicrosoftDefenderATP MicrosoftDefenderForEndpoint microsoftDefenderForEndpoint",
    "Defender for Office 365": "OfficeATP MicrosoftDefenderForOffice365 microsoftDefenderForOffice365",
    "Defender for Cloud Apps": "MicrosoftCloudAppSecurity MicrosoftDefenderForCloudApps microsoftDefenderForCloudApps",
    "Entra ID Protection": "AADIdentityProtection azureAdIdentityProtection",
    "Defender for Cloud": "MicrosoftDefenderForCloud microsoftDefenderForCloud",
    "Defender for Identity": "MicrosoftDefenderForIdentity AzureATP microsoftDefenderForIdentity",
    "Defender XDR": "Microsoft365Defender MicrosoftThreatProtection microsoft365Defender",
    "App Governance": "AppGovernance microsoftAppGovernance",
    "Data Loss Prevention": "DataLossPrevention dataLossPrevention",
    "Microsoft Sentinel": "MicrosoftSentinel microsoftSentinel",
    "Insider Risk Management": "microsoftInsiderRiskManagement",
    "Threat Intelligence": "microsoftThreatIntelligence",
    "Security for AI": "microsoftSecurityForAI",
    UNKNOWN: UNKNOWN,
}
DETECTORS = {
    "Antivirus": "WindowsDefenderAv antivirus",
    "EDR": "WindowsDefenderAtp microsoftDefenderForEndpoint",
    "Defender for Cloud Apps": "MCAS cloudAppSecurity",
    "Defender for Office 365": "OfficeATP microsoftDefenderForOffice365",
    "Automated investigation": "AutomatedInvestigation automatedInvestigation",
    "Entra ID Protection": "AAD azureAdIdentityProtection",
    "Defender for Databases": "DefenderForDatabases microsoftDefenderForDatabases",
    "SmartScreen": "WindowsDefenderSmartScreen smartScreen",
    "Custom indicator": "CustomerTI customTi",
    "Custom detection": "CustomDetection customDetection",
    "Defender Experts": "ThreatExperts microsoftThreatExperts",
    "Defender for Identity": "AzureATP microsoftDefenderForIdentity",
    "Defender XDR": "Microsoft365Defender microsoft365Defender",
    "Manual": "Manual manual",
    "Data Loss Prevention": "microsoftDataLossPrevention",
    "App Governance policy": "appGovernancePolicy",
    "App Governance detection": "appGovernanceDetection",
    "Defender for IoT": "microsoftDefenderForIoT",
    "Defender for Servers": "microsoftDefenderForServers",
    "Defender for Storage": "microsoftDefenderForStorage",
    "Defender for DNS": "microsoftDefenderForDNS",
    "Defender for Containers": "microsoftDefenderForContainers",
    "Defender for Network": "microsoftDefenderForNetwork",
    "Defender for App Service": "microsoftDefenderForAppService",
    "Defender for Key Vault": "microsoftDefenderForKeyVault",
    "Defender for Resource Manager": "microsoftDefenderForResourceManager",
    "Defender for APIs": "microsoftDefenderForApiManagement",
    "Defender for AI Services": "microsoftDefenderForAIServices",
    "Sentinel NRT rule": "nrtAlerts",
    "Sentinel scheduled rule": "scheduledAlerts",
    "Threat Intelligence analytics": "microsoftDefenderThreatIntelligenceAnalytics",
    "Built-in machine learning": "builtInMl",
    "Insider Risk Management": "microsoftInsiderRiskManagement",
    "Threat Intelligence": "microsoftThreatIntelligence",
    "Security Copilot": "securityCopilot",
    "Microsoft Sentinel": "microsoftSentinel",
    UNKNOWN: UNKNOWN,
}
TACTICS = {
    "InitialAccess": "Initial access", "Execution": "Execution", "Persistence": "Persistence", "PrivilegeEscalation": "Privilege escalation", "DefenseEvasion": "Defense evasion",
    "CredentialAccess": "Credential access", "Discovery": "Discovery", "LateralMovement": "Lateral movement", "Collection": "Collection", "CommandAndControl": "Command and control",
    "Exfiltration": "Exfiltration", "Impact": "Impact", "Reconnaissance": "Reconnaissance", "ResourceDevelopment": "Resource development",
    "Malware": "Malware", "SuspiciousActivity": "SuspiciousActivity", UNKNOWN: UNKNOWN,
}  # fmt: skip
VERDICTS = {
    "Suspicious": "!", "Unknown": "?", "Malicious": "✗", "NoThreatsFound": "✓", "Clean": "✓",
    "suspicious": "!", "unknown": "?", "malicious": "✗", "noThreatsFound": "✓", UNKNOWN: "·",
}  # fmt: skip
REMEDIATIONS = {
    "None": "·", "Remediated": "✓", "Prevented": "✓", "Blocked": "✓", "NotFound": "?", "Active": "✗", "PendingApproval": "!", "Declined": "!", "Unremediated": "✗", "Running": "!",
    "PartiallyRemediated": "!", "none": "·", "notFound": "?", "pendingApproval": "!", "partiallyRemediated": "!", UNKNOWN: "·",
}  # fmt: skip
DELIVERIES = f"Delivered Blocked unknown deliveredToJunk delivered blocked replaced {UNKNOWN}"
DEVICE_WORDS = {
    (
        "healthStatus",
        "Health",
    ): f"Active Inactive impairedCommunication noSensorData noSensorDataImpairedCommunication unknown {UNKNOWN}",
    ("riskScore", "Risk"): f"None Informational Low Medium High none informational {UNKNOWN}",
    ("onboardingStatus", "Onboarding"): f"Onboarded CanBeOnboarded Unsupported InsufficientInfo {UNKNOWN}",
    (
        "defenderAvStatus",
        "Defender Antivirus",
    ): f"Updated NotUpdated Disabled NotReporting NotSupported Unknown {UNKNOWN}",
    ("osPlatform", "System"): f"Windows10 WindowsServer2016 Other Linux macOS {UNKNOWN}",
}
ENTITIES = {
    "User": "accountName domainName userSid aadUserId userPrincipalName mailboxAddress sender",
    "Ip": "ipAddress",
    "Url": "url",
    "File": "sha1 sha256 fileName filePath deviceId detectionStatus",
    "Process": "processId processCommandLine processCreationTime parentProcessId parentProcessCreationTime sha1 sha256 fileName filePath deviceId parentProcessFileName parentProcessFilePath",
    "Mailbox": "userPrincipalName mailboxDisplayName mailboxAddress accountName userSid aadUserId",
    "MailMessage": "userPrincipalName sender recipient subject deliveryAction internetMessageId",
    "MailCluster": "clusterBy clusterByValue emailCount",
    "Registry": "registryHive registryKey registryValueType registryValue",
    "SecurityGroup": "securityGroupId securityGroupName",
}  # fmt: skip


def words(text: str) -> list[str]:
    return [*text.split(), *([] if UNKNOWN in text else [UNKNOWN])]


@pytest.mark.parametrize("word", words(INCIDENT_STATUSES))
def test_a_status_of_an_incident(word: str) -> None:
    check(incident_json(status=word), {"row Status": word, "overview": f"Status: {word}\n", "csv status": word, "report": f"**Status:** {word}"})  # fmt: skip


@pytest.mark.parametrize("word", SEVERITIES)
def test_a_severity_has_its_sign_and_its_word(word: str) -> None:
    sign, short = SEVERITIES[word], {"informational": "Info", "unspecified": "Unspec"}.get(word.casefold(), word)
    expected = {"row Severity": f"{sign} {short}", "overview": f"Severity: {sign} {word}\n", "csv severity": word}
    check(with_alerts({"severity": word}, severity=word), expected | {"alerts Severity": f"{sign} {short}", "alerts": f"{sign} {word}  Alert 0"})  # fmt: skip


@pytest.mark.parametrize("word", words(CLASSIFICATIONS))
def test_a_classification(word: str) -> None:
    shown = {"overview": f"Classification: {word}\n", "csv classification": word, "alerts": f"Status: {word}"}
    check(with_alerts({"classification": word}, classification=word, determination=None), shown)


@pytest.mark.parametrize("word", words(DETERMINATIONS))
def test_a_determination(word: str) -> None:
    shown = {"overview": f"Classification: {word}\n", "csv determination": word, "alerts": f"Status: {word}"}
    check(with_alerts({"determination": word}, classification=None, determination=word), shown)


def test_other_spellings_of_a_determination_are_known_when_writing() -> None:
    """The deviation: pages of one documentation do not agree; what is shown is what came, what is sent is the newer."""
    other = {"CompromisedUser": "CompromisedAccount", "ConfirmedUserActivity": "ConfirmedActivity", "InsufficientData": "NoEnoughDataToValidate", "notEnoughDataToValidate": "NoEnoughDataToValidate", "notMalicious": "Clean"}  # fmt: skip
    assert {word: known_as(word) for word in other} == other
    assert not {"Apt", "SecurityPersonnel", "NotAvailable"} & {
        word for each in CLASSIFICATIONS.split() for word in determinations_of(each)
    }


@pytest.mark.parametrize("word", words(ALERT_STATUSES))
def test_a_status_of_an_alert(word: str) -> None:
    check(with_alerts({"status": word}), {"alerts Status": word, "alerts": f"Status: {word}\n"})


@pytest.mark.parametrize("word", words(INVESTIGATION_STATES))
def test_a_state_of_an_investigation(word: str) -> None:
    check(with_alerts({"investigationState": word}), {"alerts": f"Investigation: {word}\n", "report": word})


@pytest.mark.parametrize(("word", "name"), [(word, name) for name, sent in SOURCES.items() for word in sent.split()])
def test_a_service(word: str, name: str) -> None:
    check(with_alerts({"serviceSource": word}), {"alerts Source": name, "overview": f"Sources: {name}\n", "csv serviceSources": name, "alerts": f"Source: {name}\n"})  # fmt: skip


@pytest.mark.parametrize(("word", "name"), [(word, name) for name, sent in DETECTORS.items() for word in sent.split()])
def test_a_detector(word: str, name: str) -> None:
    check(with_alerts({"detectionSource": word}), {"alerts": f"Source: {name}\n", "report": f"**Source:** {name}"})


@pytest.mark.parametrize(("word", "name"), TACTICS.items())
def test_a_category(word: str, name: str) -> None:
    check(with_alerts({"category": word}), {"alerts Tactic": name, "overview": f"Tactics: · {name}\n", "alerts": f"Tactic: {name}\n"})  # fmt: skip


@pytest.mark.parametrize(("word", "sign"), VERDICTS.items())
def test_a_verdict(word: str, sign: str) -> None:
    shown = check(with_entities({"entityType": "Ip", "ipAddress": "192.0.2.1", "verdict": word}), {"evidence": f"Verdict: {sign} {word}\n", "report": f"verdict `{word}`"})  # fmt: skip
    assert shown.lists["evidence"][1]["Verdict"] == f"{sign} {word}"


@pytest.mark.parametrize(("word", "sign"), REMEDIATIONS.items())
def test_a_remediation(word: str, sign: str) -> None:
    shown = check(with_entities({"entityType": "Ip", "ipAddress": "192.0.2.1", "remediationStatus": word}), {"evidence": f"Remediation: {sign} {word}\n"})  # fmt: skip
    assert shown.lists["evidence"][1]["Remediation"] == f"{sign} {word}"


@pytest.mark.parametrize("word", DELIVERIES.split())
def test_a_delivery(word: str) -> None:
    check(with_entities({"entityType": "MailMessage", "subject": "s", "deliveryAction": word}), {"evidence": f"Delivery: {word}\n"})  # fmt: skip


@pytest.mark.parametrize(("key", "label", "word"), [(*names, word) for names, sent in DEVICE_WORDS.items() for word in sent.split()])  # fmt: skip
def test_a_word_of_a_device(key: str, label: str, word: str) -> None:
    check(with_devices({"deviceDnsName": "pc1", key: word}), {"devices": f"{label}: {word}\n"})


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("is_padded", [True, False], ids=["with every key of every type", "with its own keys only"])
def test_an_entity_shows_every_key_of_its_type(kind: str, is_padded: bool) -> None:
    keys = ENTITIES[kind].split()
    every = {key for others in ENTITIES.values() for key in others.split()}
    sent: dict[str, object] = dict.fromkeys(every) if is_padded else {}
    for key in keys:
        sent[key] = "2026-11-19T01:00:00Z" if key.endswith("Time") else 7 if key in ("emailCount", "processId") else f"<{key}>"  # fmt: skip
    shown = check(with_entities({"entityType": kind, **sent}), {})
    page = shown.pages["evidence"]
    for key in keys:
        value = "2026-11-19 01:00:00 UTC" if key.endswith("Time") else str(sent[key])
        name = "\\" if key.lower().endswith("path") else "\n"  # a path goes on to the name of the file
        assert f": {value}{name}" in page, key
    assert len([line for line in page.splitlines()[1:] if ": " in line]) == len(keys) + 4
    assert shown.lists["evidence"][0]["Evidence by type"] == f"▾ {KINDS[kind]} 1"
    assert shown.pages["overview"].count(f"{KINDS[kind]}:   1  ") == 1


def test_a_type_that_is_unknown_shows_every_key_it_has() -> None:
    sent = {"entityType": UNKNOWN, "name": "n", "a": 1, "b": None, "c": {"d": [2]}, "e": True}
    shown = check(with_entities(sent), {"evidence": (f"n  {UNKNOWN}", "name: n", "a: 1", 'c: {"d": [2]}', "e: true"), "no evidence": "b: "})  # fmt: skip
    assert shown.lists["evidence"][0]["Evidence by type"] == f"▾ {UNKNOWN} 1"
