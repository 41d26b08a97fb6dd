"""Stories that begin with a message."""

from mtp_tui.sim import evidence as ev
from mtp_tui.sim.cast import Person
from mtp_tui.sim.demo_app import DOMAIN
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.scene import CLOUD_APPS, ENDPOINT, ENTRA, OFFICE, XDR, Scene

_LURES = (
    (
        "payments@northwind-billing.example",
        "Overdue invoice {n}: action required",
        "https://northwind-billing.example/i/{n}",
    ),
    (
        "no-reply@secure-docs.example",
        "A document was shared with you: Q3 forecast.xlsx",
        "https://login.secure-docs.example/auth?d={n}",
    ),
    (
        "hr-notice@people-portal.example",
        "Updated leave policy, please acknowledge by Friday",
        "https://people-portal.example/ack/{n}",
    ),
    ("voicemail@pbx-notify.example", "You have a new voice message (00:47)", "https://pbx-notify.example/play?m={n}"),
    (
        "delivery@parcel-desk.example",
        "Your parcel {n} is held: confirm the address",
        "https://parcel-desk.example/t/{n}",
    ),
    ("it-support@mfa-renewal.example", "Your sign-in method expires today", "https://mfa-renewal.example/start?u={n}"),
)


def _lure(scene: Scene) -> tuple[str, str, str]:
    """Sender, subject and link of one phishing mail."""
    sender, subject, link = scene.dice.choice(_LURES)
    number = str(scene.dice.randrange(10000, 99999))
    return sender, subject.format(n=number), link.format(n=number)


def _message(
    scene: Scene, sender: str, person: Person, subject: str, action: str, *, judged: ev.Judgement
) -> JsonObject:
    domain = sender.partition("@")[2]
    return ev.mail(sender, person, subject, action, judged, message_id=f"<{scene.dice.getrandbits(64):x}@{domain}>")


def phish_to_token_theft(scene: Scene) -> None:
    """A lure reaches several people; one of them loses a session, and the mailbox begins to work for somebody else."""
    victims = scene.people(scene.dice.randrange(3, 6))
    victim, laptop = victims[0], scene.cast.laptop_of(victims[0])
    sender, subject, link = _lure(scene)
    thief = scene.address()
    scene.tags = ("AiTM", "Credential phishing")
    scene.outcome = ("TruePositive", "Phishing")
    scene.remarks = (
        f"Sessions of {victim.upn} revoked, password reset.",
        "Inbox rule removed. Second recipient confirmed the click but entered nothing.",
    )
    scene.alert(
        "Email messages containing malicious URL removed after delivery",
        OFFICE,
        "Informational InitialAccess T1566.002",
        *(_message(scene, sender, person, subject, "Delivered", judged=ev.REMEDIATED) for person in victims),
        ev.mail_cluster(
            "Subject;P2SenderDomain;BodyFingerprintBin1",
            f"{subject};{sender.partition('@')[2]};{scene.dice.getrandbits(31)}",
            len(victims) + 9,
        ),
        ev.url(link),
        text="Emails with malicious URLs that were delivered and later removed.\nThe alert fires when any messages containing a malicious URL are delivered to mailboxes in your organization.",
    )
    scene.alert(
        "A potentially malicious URL click was detected",
        OFFICE,
        "High InitialAccess T1566.002 T1204.001",
        ev.user(victim),
        ev.url(link),
        _message(scene, sender, victim, subject, "Delivered", judged=ev.MALICIOUS),
        after_min=0.6,
        text=f"{victim.upn} opened a link that was found to be malicious after it was delivered.",
    )
    scene.alert(
        "Connection to adversary-in-the-middle (AiTM) phishing site",
        ENDPOINT,
        "High CredentialAccess T1557 T1539",
        ev.user(victim),
        ev.url(link),
        ev.ip(thief, ev.MALICIOUS),
        after_min=1.5,
        on=[laptop],
        text="A connection was made from this device to a site that passes credentials and cookies on to the real sign-in page.",
    )
    scene.alert(
        "Anomalous Token",
        ENTRA,
        "High CredentialAccess T1550.004",
        ev.user(victim),
        ev.ip(thief),
        after_min=9,
        text="The token has unusual characteristics, such as its lifetime or the place it was played from.",
        detector="anomalousToken",
    )
    scene.alert(
        "Stolen session cookie was used",
        XDR,
        "High CredentialAccess T1539",
        ev.user(victim),
        ev.ip(thief, ev.MALICIOUS),
        after_min=11,
    )
    scene.alert(
        "Suspicious inbox manipulation rule",
        CLOUD_APPS,
        "Medium DefenseEvasion T1564.008",
        ev.user(victim),
        ev.mailbox(victim),
        ev.ip(thief),
        after_min=16,
        text=f"The user {victim.upn} made an inbox rule named “..” that moves messages with the words invoice, payment, wire to RSS Feeds.",
    )
    for number, other in enumerate(victims[1:3]):
        scene.alert(
            "Unfamiliar sign-in properties",
            ENTRA,
            "Medium InitialAccess T1078.004",
            ev.user(other),
            ev.ip(scene.address()),
            after_min=24 + 7 * number,
            text="The following properties of this sign-in are unfamiliar for the given user: ASN, Browser, Device, IP, Location.",
            detector="UnfamiliarLocation",
        )
    scene.alert(
        "Suspicious email sending patterns detected",
        OFFICE,
        "Medium LateralMovement T1534",
        ev.mailbox(victim, ev.AWAITING),
        ev.user(victim),
        ev.mail_cluster("P2Sender;Subject", f"{victim.upn};{subject}", 212),
        after_min=47,
    )


def invoice_fraud(scene: Scene) -> None:
    """Business email compromise: somebody reads along, then asks for a transfer."""
    victim, thief = scene.dice.choice(scene.cast.shared), scene.address()
    partner = "accounts@fabrikam-supplies.example"
    scene.name = "BEC financial fraud attack launched from a compromised account involving one user"
    scene.tags = ("BEC", "Fraud")
    scene.outcome = ("TruePositive", "CompromisedAccount")
    scene.remarks = (
        "Bank called back on a known number, transfer stopped.",
        "Delegate access removed, mailbox audit exported for legal.",
    )
    scene.alert(
        "Atypical travel",
        ENTRA,
        "Medium InitialAccess T1078.004",
        ev.user(victim),
        ev.ip(thief),
        ev.ip(scene.address(), ev.CLEAN),
        detector="ImpossibleTravel",
    )
    scene.alert(
        "Suspicious inbox forwarding rule",
        CLOUD_APPS,
        "High Collection T1114.003",
        ev.user(victim),
        ev.mailbox(victim),
        ev.ip(thief),
        after_min=33,
        text="An inbox rule forwards all messages to an address outside of the organization.",
    )
    scene.alert(
        "Creation of forwarding/redirect rule", OFFICE, "Low Collection T1114.003", ev.mailbox(victim), after_min=34
    )
    scene.alert(
        "BEC financial fraud",
        XDR,
        "High Impact T1657 T1534",
        ev.user(victim),
        ev.mailbox(victim),
        _message(
            scene, victim.upn, victim, "RE: Invoice 20871 - new account details", "Delivered", judged=ev.MALICIOUS
        ),
        after_min=180,
        text=f"Bank details in a running conversation with {partner} were altered, and the message was sent from {victim.upn}.",
    )


def weaponised_attachment(scene: Scene) -> None:
    """An attachment is opened and starts a script."""
    person = scene.person()
    laptop = scene.cast.laptop_of(person)
    downloads = f"C:\\Users\\{person.account}\\Downloads"
    attachment = ev.new_file(f"Statement_{scene.dice.randrange(1000, 9999)}.iso", downloads, scene.dice)
    script = ev.new_file("readme.js", "E:\\", scene.dice)
    at = scene.moment(4)
    scene.outcome = ("TruePositive", "Malware")
    scene.remarks = ("Attachment was opened once; device isolated and re-imaged.",)
    scene.alert(
        "Email messages containing malicious file removed after delivery",
        OFFICE,
        "Informational InitialAccess T1566.001",
        _message(
            scene, "orders@tailspin-parts.example", person, "Statement of account", "Delivered", judged=ev.REMEDIATED
        ),
        ev.file(attachment, laptop, ev.REMEDIATED),
    )
    scene.alert(
        "Suspicious script launched from mounted image",
        ENDPOINT,
        "Medium Execution T1204.002 T1059.007 T1553.005",
        ev.file(attachment, laptop),
        ev.process(script, '"wscript.exe" E:\\readme.js', laptop, at, ev.PREVENTED),
        ev.user(person),
        after_min=4,
        on=[laptop],
    )
    scene.alert(
        "Suspicious connection blocked by network protection",
        ENDPOINT,
        "Low CommandAndControl T1071.001",
        ev.url("https://cdn.tailspin-parts.example/u.dat", ev.BLOCKED),
        ev.ip(scene.address(), ev.BLOCKED),
        after_min=6,
        on=[laptop],
    )


def mail_removed(scene: Scene) -> None:
    """The daily business of zero-hour auto purge."""
    sender, subject, link = _lure(scene)
    people = scene.people(scene.dice.randrange(1, 4))
    kind = scene.dice.choice(("malicious URL", "malicious file", "campaign", "phish URLs"))
    title = (
        "Email messages from a campaign removed after delivery"
        if kind == "campaign"
        else f"Email messages containing {kind} removed after delivery"
    )
    scene.outcome = ("TruePositive", "Phishing")
    scene.remarks = ("Removed before anybody opened it.",)
    scene.alert(
        title,
        OFFICE,
        "Informational InitialAccess T1566",
        *(
            _message(
                scene,
                sender,
                person,
                subject,
                scene.dice.choice(("Delivered", "Blocked", "DeliveredToJunk")),
                judged=ev.REMEDIATED,
            )
            for person in people
        ),
        *(ev.mailbox(person, ev.CLEAN) for person in people[:1]),
        ev.url(link, ev.REMEDIATED),
        ev.mail_cluster("ThreatName;Subject", f"Phish;{subject}", scene.dice.randrange(2, 90), ev.REMEDIATED),
        text=f"{title}.\r\nMessages that were delivered have been moved to quarantine.\r\n\tAffected mailboxes: {len(people)}",
    )


def mail_reported(scene: Scene) -> None:
    """Somebody pressed the button."""
    person, (sender, subject, link) = scene.person(), _lure(scene)
    harmless = scene.dice.random() < 0.5
    scene.outcome = ("FalsePositive", "Clean") if harmless else ("TruePositive", "Phishing")
    scene.remarks = (
        "A newsletter. Thanked the user anyway." if harmless else "Sender blocked, thanks to the reporter.",
    )
    scene.alert(
        "Email reported by user as malware or phish",
        OFFICE,
        "Low InitialAccess T1566",
        _message(scene, sender, person, subject, "Delivered", judged=ev.CLEAN if harmless else ev.AWAITING),
        ev.mailbox(person, ev.UNKNOWN),
        ev.url(link, ev.UNKNOWN),
    )


def forwarding_rule(scene: Scene) -> None:
    """A rule that sends mail home; mostly meant well."""
    person = scene.person()
    scene.outcome = ("InformationalExpectedActivity", "ConfirmedActivity")
    scene.remarks = (f"{person.display_name} forwards to a private address, told to stop.",)
    scene.alert(
        "Creation of forwarding/redirect rule",
        OFFICE,
        "Informational Collection T1114.003",
        ev.user(person, ev.UNKNOWN),
        ev.mailbox(person, ev.UNKNOWN),
        ev.ip(scene.address(), ev.UNKNOWN),
        text=f"A rule that forwards to an address outside of {DOMAIN} was made.",
    )
