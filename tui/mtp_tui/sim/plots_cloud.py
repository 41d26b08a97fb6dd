"""Stories in cloud applications, data and Azure."""

from mtp_tui.sim import evidence as ev
from mtp_tui.sim.scene import APP_GOVERNANCE, CLOUD, CLOUD_APPS, DLP, ENTRA, SENTINEL, XDR, Scene

_APPS = ("Mail Insights Pro", "PDF Signer 365", "Calendar Sync Plus", "Survey Buddy", "OneNote Exporter")


def consent_abuse(scene: Scene) -> None:
    """An application asks for all mail, and people say yes."""
    people, app = scene.people(scene.dice.randrange(2, 5)), scene.dice.choice(_APPS)
    address = scene.address()
    link = f"https://{app.lower().replace(' ', '-')}.example/oauth/callback"
    scene.name = f"Malicious OAuth application “{app}” involving multiple users"
    scene.tags = ("OAuth", "Illicit consent")
    scene.outcome = ("TruePositive", "MaliciousUserActivity")
    scene.remarks = (
        f"Service principal of {app} disabled, grants removed.",
        "User consent is now limited to verified publishers.",
    )
    scene.alert(
        "Unusual addition of credentials to an OAuth app",
        CLOUD_APPS,
        "Medium Persistence T1098.001",
        ev.user(people[0]),
        ev.ip(address),
    )
    scene.alert(
        "Malicious OAuth app consent",
        CLOUD_APPS,
        "High InitialAccess T1528 T1566.002",
        *(ev.user(person) for person in people),
        ev.url(link),
        after_min=18,
        text=f"{len(people)} users consented to {app}, which asks for Mail.ReadWrite, Mail.Send and offline_access.",
    )
    scene.alert(
        "App with suspicious metadata has Exchange permissions",
        APP_GOVERNANCE,
        "Medium Collection T1114.002",
        ev.url(link),
        ev.ip(address),
        after_min=20,
    )
    scene.alert(
        "Increase in app API calls to Exchange after consent",
        APP_GOVERNANCE,
        "High Exfiltration T1114.002 T1567",
        ev.mailbox(people[0]),
        ev.ip(address, ev.MALICIOUS),
        after_min=95,
    )


def leaving_with_data(scene: Scene) -> None:
    """The last week of a notice period."""
    person = scene.person()
    laptop = scene.cast.laptop_of(person)
    folder = f"C:\\Users\\{person.account}\\Desktop\\private"
    archive = ev.new_file("customers_2019-2026.7z", folder, scene.dice)
    scene.name = f"Exfiltration of sensitive files by a departing user ({person.department}) on one endpoint"
    scene.tags = ("Insider risk", "HR informed")
    scene.outcome = ("TruePositive", "MaliciousUserActivity")
    scene.remarks = (
        "HR and works council informed; do not contact the user.",
        "Device collected by facility management, chain of custody started.",
    )
    scene.alert(
        "Mass download by a single user",
        CLOUD_APPS,
        "Medium Collection T1213.002 T1530",
        ev.user(person),
        ev.ip(scene.address(), ev.UNKNOWN),
        text=f"{person.upn} downloaded {scene.dice.randrange(900, 4000)} files from SharePoint in 25 minutes.",
    )
    scene.alert(
        "DLP policy (Customer data) matched for document on a device",
        DLP,
        "High Exfiltration T1052.001",
        ev.user(person),
        ev.file(archive, laptop, ev.SUSPICIOUS),
        after_min=44,
        on=[laptop],
        text="Rule: block copy to removable media.\nAction: allowed with override, justification “backup of my photos”.",
    )
    scene.alert(
        "Data upload to a personal cloud storage",
        CLOUD_APPS,
        "Medium Exfiltration T1567.002",
        ev.user(person),
        ev.url("https://drive.personal-files.example/u/0", ev.SUSPICIOUS),
        after_min=70,
    )


def dlp_match(scene: Scene) -> None:
    """A mail with a number in it that looks like a card."""
    person = scene.person()
    scene.outcome = ("FalsePositive", "Clean")
    scene.remarks = ("Order numbers that pass the Luhn check. Rule tuned.",)
    scene.alert(
        "DLP policy (Payment cards) matched for email",
        DLP,
        "Low Exfiltration T1048",
        ev.user(person, ev.UNKNOWN),
        ev.mail(
            person.upn,
            scene.person(),
            "Orders of this week",
            "Delivered",
            ev.CLEAN,
            message_id=f"<{scene.dice.getrandbits(64):x}@outbound.example>",
        ),
    )


def database_attack(scene: Scene) -> None:
    """Somebody knocks at a database on the internet."""
    address = scene.address()
    scene.outcome = ("TruePositive", "Other")
    scene.remarks = ("Firewall rule 0.0.0.0/0 removed from the SQL server.",)
    scene.alert(
        "Suspected brute-force attack on SQL server",
        CLOUD,
        "Medium CredentialAccess T1110",
        ev.ip(address, ev.MALICIOUS),
        text="Someone is trying to brute force credentials of SQL server srv-sql02 from one address.",
    )
    if scene.dice.random() < 0.5:
        scene.alert(
            "Potential SQL injection", CLOUD, "High Execution T1190", ev.ip(address, ev.MALICIOUS), after_min=14
        )


def storage_access(scene: Scene) -> None:
    """A container is read by somebody without a name."""
    scene.outcome = ("InformationalExpectedActivity", "LineOfBusinessApplication")
    scene.remarks = ("Public download area of marketing, as intended.",)
    scene.alert(
        "Unusual unauthenticated access to a storage container",
        CLOUD,
        "Low Collection T1530",
        ev.ip(scene.address(), ev.UNKNOWN),
        ev.url("https://contosodemo.blob.example/press-kit", ev.UNKNOWN),
    )


def analytics_rule(scene: Scene) -> None:
    """A rule of the company's own in Sentinel."""
    person = scene.person()
    title, category, technique = scene.dice.choice(
        (
            ("Rare application consent", "Persistence", "T1136.003"),
            ("Privileged role assigned outside PIM", "PrivilegeEscalation", "T1098.003"),
            ("Sign-in to break-glass account", "InitialAccess", "T1078.004"),
            ("Firewall denies followed by an allow from the same address", "CommandAndControl", "T1090"),
        )
    )
    severity = scene.dice.choice(("Low", "Medium"))
    scene.outcome = ("InformationalExpectedActivity", "ConfirmedActivity")
    scene.remarks = ("Change request found.",)
    scene.alert(
        title,
        SENTINEL,
        f"{severity} {category} {technique}",
        ev.user(person, ev.UNKNOWN),
        ev.ip(scene.address(), ev.UNKNOWN),
    )


def mass_deletion(scene: Scene) -> None:
    """A compromised account empties a site."""
    person, thief = scene.person(), scene.address()
    scene.outcome = ("TruePositive", "CompromisedAccount")
    scene.remarks = ("Site restored to the point before; account disabled.",)
    scene.alert(
        "Unfamiliar sign-in properties",
        ENTRA,
        "Medium InitialAccess T1078.004",
        ev.user(person),
        ev.ip(thief),
        detector="UnfamiliarLocation",
    )
    scene.alert(
        "Unusual file deletion activity (by user)",
        CLOUD_APPS,
        "Medium Impact T1485",
        ev.user(person),
        ev.ip(thief),
        after_min=13,
    )
    scene.alert(
        "Possible ransomware activity in cloud storage",
        XDR,
        "High Impact T1486",
        ev.user(person),
        ev.ip(thief, ev.MALICIOUS),
        after_min=21,
    )
