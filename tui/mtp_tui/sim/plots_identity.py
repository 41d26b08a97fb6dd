"""Stories about accounts and sign-ins."""

from mtp_tui.sim import evidence as ev
from mtp_tui.sim.scene import CLOUD_APPS, CUSTOM, ENDPOINT, ENTRA, IDENTITY, XDR, Scene


def password_spray(scene: Scene) -> None:
    """One address tries one password on everybody, and is lucky once."""
    targets = scene.people(scene.dice.randrange(5, 9))
    lucky, source = targets[0], scene.address()
    scene.name = "Password spray attack involving multiple users"
    scene.tags = ("Password spray",)
    scene.outcome = ("TruePositive", "CompromisedAccount")
    scene.remarks = ("Address blocked in Conditional Access.", f"{lucky.upn} had no MFA registered; fixed.")
    scene.alert(
        "Password Spray",
        ENTRA,
        "High CredentialAccess T1110.003",
        ev.ip(source, ev.MALICIOUS),
        *(ev.user(person) for person in targets),
        text=f"{len(targets)} accounts saw sign-ins from {source} with common passwords within 20 minutes.",
        detector="passwordSpray",
    )
    scene.alert(
        "Unfamiliar sign-in properties",
        ENTRA,
        "High InitialAccess T1078.004",
        ev.user(lucky),
        ev.ip(source),
        after_min=21,
        detector="UnfamiliarLocation",
    )
    scene.alert(
        "Successful sign-in after password spray",
        CUSTOM,
        "Medium InitialAccess T1078.004 T1110.003",
        ev.user(lucky),
        ev.ip(source),
        after_min=25,
        text="Custom detection rule: SOC-017 sign-in from an address that failed for five accounts or more.",
    )


def unfamiliar_sign_in(scene: Scene) -> None:
    """The noise of every tenant: somebody is on the road."""
    person = scene.person()
    title, detector, severity, text = scene.dice.choice(
        (
            (
                "Unfamiliar sign-in properties",
                "UnfamiliarLocation",
                "Low",
                "The following properties of this sign-in are unfamiliar for the given user: Browser, Device, IP, Location.",
            ),
            (
                "Unfamiliar sign-in properties",
                "UnfamiliarLocation",
                "Low",
                "The following properties of this sign-in are unfamiliar for the given user: ASN, Location, Tenant IP subnet.",
            ),
            (
                "Atypical travel",
                "ImpossibleTravel",
                "Low",
                "Sign-in from an atypical location based on the user's recent sign-ins.",
            ),
            (
                "Anonymous IP address",
                "AnonymousLogin",
                "Medium",
                "Sign-in from an anonymous IP address, such as a Tor browser or an anonymizing VPN.",
            ),
            ("Sign-in from a new country", "newCountry", "Low", "Sign-in from a country that is new for this user."),
        )
    )
    expected = scene.dice.random() < 0.75
    scene.outcome = (
        ("InformationalExpectedActivity", "ConfirmedActivity")
        if expected
        else ("FalsePositive", "NoEnoughDataToValidate")
    )
    scene.remarks = (
        ("User is travelling, confirmed by phone.",)
        if expected
        else ("User on holiday, cannot be reached; MFA was satisfied.",)
    )
    scene.alert(
        title,
        ENTRA,
        f"{severity} InitialAccess T1078.004",
        ev.user(person, ev.UNKNOWN),
        ev.ip(scene.address(), ev.UNKNOWN),
        text=text,
        detector=detector,
    )


def impossible_travel(scene: Scene) -> None:
    """Two continents in one hour."""
    person = scene.person()
    scene.outcome = ("FalsePositive", "Clean")
    scene.remarks = ("Company VPN gateway moved; range added to named locations.",)
    scene.alert(
        "Impossible travel activity",
        CLOUD_APPS,
        "Medium InitialAccess T1078",
        ev.user(person),
        ev.ip(scene.address()),
        ev.ip(scene.address(), ev.CLEAN),
        text=f"The user {person.upn} performed activities from two places that nobody travels between in that time.",
    )
    if scene.dice.random() < 0.4:
        scene.alert(
            "Activity from infrequent country",
            CLOUD_APPS,
            "Low DefenseEvasion T1078",
            ev.user(person),
            ev.ip(scene.address()),
            after_min=12,
        )


def mfa_fatigue(scene: Scene) -> None:
    """Forty prompts at night, and one is accepted."""
    person, thief = scene.person(), scene.address()
    scene.name = f"MFA fatigue attack and sign-in from {thief} involving one user"
    scene.outcome = ("TruePositive", "CompromisedAccount")
    scene.remarks = ("User approved the 41st prompt to make it stop. Number matching is on now.",)
    scene.alert(
        "Suspicious MFA prompts denied by user",
        ENTRA,
        "Medium CredentialAccess T1621",
        ev.user(person),
        ev.ip(thief),
        detector="userReportedSuspiciousActivity",
    )
    scene.alert(
        "Possible MFA fatigue attack",
        XDR,
        "High CredentialAccess T1621",
        ev.user(person),
        ev.ip(thief, ev.MALICIOUS),
        after_min=6,
    )
    scene.alert(
        "Security information was registered from a risky session",
        ENTRA,
        "High Persistence T1098.005",
        ev.user(person),
        ev.ip(thief),
        after_min=15,
    )


def domain_takeover(scene: Scene) -> None:
    """From a service account to the groups that matter, seen by the domain controllers."""
    attacker, service, admin = scene.person(), scene.cast.service, scene.cast.admin
    laptop, controller = scene.cast.laptop_of(attacker), scene.cast.windows_servers[0]
    tool = ev.new_file("rb.exe", "C:\\ProgramData", scene.dice)
    command = "rb.exe kerberoast /outfile:C:\\ProgramData\\h.txt /nowrap"
    scene.tags = ("Tier 0", "Crown jewels")
    scene.outcome = ("TruePositive", "MultiStagedAttack")
    scene.remarks = (
        "Tier 0 team paged.",
        "krbtgt reset twice, svc-backup moved to a managed account.",
        "Group membership restored from the export of last Sunday.",
    )
    scene.alert(
        "Account enumeration reconnaissance (LDAP)",
        IDENTITY,
        "Medium Discovery T1087.002",
        ev.user(attacker),
        ev.ip("192.0.2.57"),
        on=[laptop, controller],
    )
    scene.alert(
        "Suspected Kerberos SPN exposure",
        IDENTITY,
        "High CredentialAccess T1558.003",
        ev.user(attacker),
        ev.user(service),
        after_min=8,
        on=[laptop, controller],
    )
    scene.alert(
        "Kerberoasting attack tool",
        ENDPOINT,
        "High CredentialAccess T1558.003",
        ev.process(tool, command, laptop, scene.moment(8), ev.MALICIOUS),
        ev.file(tool, laptop),
        ev.user(attacker),
        after_min=8.5,
        on=[laptop],
        family="Rubeus",
    )
    scene.alert(
        "Suspicious additions to sensitive groups",
        IDENTITY,
        "Medium Persistence T1098.007",
        ev.user(service),
        ev.user(admin),
        ev.security_group(scene.guid(), "Domain Admins"),
        ev.security_group(scene.guid(), "Backup Operators"),
        after_min=52,
        on=[controller],
    )
    scene.alert(
        "Suspected DCSync attack (replication of directory services)",
        IDENTITY,
        "High CredentialAccess T1003.006",
        ev.user(service),
        ev.ip("192.0.2.57", ev.MALICIOUS),
        after_min=58,
        on=[laptop, controller],
    )
    scene.alert(
        "Suspected overpass-the-hash attack (Kerberos)",
        IDENTITY,
        "High LateralMovement T1550.002",
        ev.user(admin),
        after_min=66,
        on=[laptop],
    )


def honeytoken(scene: Scene) -> None:
    """An account that nobody uses is used."""
    person = scene.person()
    scene.tags = ("Deception",)
    scene.outcome = ("InformationalExpectedActivity", "SecurityTesting")
    scene.remarks = ("Red team exercise, see calendar.",)
    scene.alert(
        "Honeytoken authentication activity",
        IDENTITY,
        "Medium Discovery T1087",
        ev.user(person),
        ev.ip("192.0.2.81"),
        ev.security_group(scene.guid(), "Honeytoken accounts", ev.UNKNOWN),
        on=[scene.cast.laptop_of(person)],
    )
