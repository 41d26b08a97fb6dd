"""Stories on laptops and servers."""

from mtp_tui.sim import evidence as ev
from mtp_tui.sim.cast import Device
from mtp_tui.sim.scene import ANTIVIRUS, ENDPOINT, IDENTITY, SMARTSCREEN, XDR, Scene

_SYSTEM = "C:\\Windows\\System32"
_TEMP = "C:\\Windows\\Temp"
_POWERSHELL = f"{_SYSTEM}\\WindowsPowerShell\\v1.0"
_AV_FINDS = (
    ("Wacatac", "malware", "Setup_Free_Converter.exe"),
    ("Phonzy", "malware", "invoice_viewer.exe"),
    ("Vigorf", "malware", "crack.zip"),
    ("Presenoker", "unwanted software", "driver_booster.exe"),
    ("InstallCore", "unwanted software", "mp3-toolbar.exe"),
    ("Conteban", "malware", "keygen.exe"),
    ("Keygen", "hacktool", "activator.exe"),
    ("AutoKMS", "hacktool", "kms_tool.exe"),
    ("Skeeyah", "malware", "update.scr"),
    ("Zpevdo", "malware", "photo_2231.jpg.exe"),
)


def ransomware(scene: Scene, hosts: int = 4) -> None:
    """Hands on the keyboard of one laptop, then of many machines, then the files are gone."""
    person, admin = scene.person(), scene.cast.admin
    laptop = scene.cast.laptop_of(person)
    servers = scene.dice.sample(scene.cast.windows_servers, hosts)
    locker = ev.new_file("lockbx.exe", _TEMP, scene.dice)
    loader = ev.new_file("msupdate.dll", "C:\\ProgramData", scene.dice)
    away = scene.address()
    scene.tags = ("Ransomware", "Major incident")
    scene.outcome = ("TruePositive", "MultiStagedAttack")
    scene.remarks = (
        "Bridge open, incident commander: sasha.soc.",
        "All named hosts isolated at the switch as well.",
        "Backups of srv-bkp01 verified as intact, restore started.",
    )
    scene.name = "Multi-stage incident involving Initial access & Impact including Ransomware on multiple endpoints reported by multiple sources"
    scene.alert(
        "Suspicious Rundll32 execution",
        ENDPOINT,
        "Medium Execution T1218.011",
        ev.process(loader, "rundll32.exe C:\\ProgramData\\msupdate.dll,Start", laptop, scene.moment()),
        ev.file(loader, laptop),
        ev.user(person),
        on=[laptop],
    )
    scene.alert(
        "Suspicious connection to a command-and-control address",
        ENDPOINT,
        "High CommandAndControl T1071.001",
        ev.ip(away, ev.MALICIOUS),
        ev.url("https://cdn-telemetry.example/api/v2/beat"),
        ev.user(person),
        after_min=1.2,
        on=[laptop],
    )
    scene.alert(
        "Sensitive credential memory read",
        ENDPOINT,
        "High CredentialAccess T1003.001",
        ev.process(
            loader,
            "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 672 C:\\ProgramData\\l.dmp full",
            laptop,
            scene.moment(7),
            ev.MALICIOUS,
        ),
        after_min=7,
        on=[laptop],
    )
    scene.alert(
        "Suspected identity theft (pass-the-hash)",
        IDENTITY,
        "High LateralMovement T1550.002",
        ev.user(admin),
        ev.ip("192.0.2.44"),
        after_min=13,
        on=[laptop, servers[0]],
    )
    for number, server in enumerate(servers):
        _encrypted(scene, server, locker, 18 + 3.0 * number)
    scene.alert(
        "Hands-on-keyboard attack was launched from a compromised account (attack disruption)",
        XDR,
        "High LateralMovement T1021.002 T1078.002",
        ev.user(admin, ev.REMEDIATED),
        ev.ip("192.0.2.44"),
        after_min=20 + 3 * hosts,
        on=servers,
        text="Automatic attack disruption contained the account and the devices.",
    )


def _encrypted(scene: Scene, server: Device, locker: ev.FileFacts, after_min: float) -> None:
    """What one server goes through."""
    dice, at = scene.dice, scene.moment(after_min)
    start = ev.process(locker, f"{_TEMP}\\lockbx.exe -p D:\\ -q", server, at, ev.MALICIOUS)
    shell = ev.new_file("cmd.exe", _SYSTEM, dice)
    service = ev.registry("HKEY_LOCAL_MACHINE", "SYSTEM\\CurrentControlSet\\Services\\lockbx", f"{_TEMP}\\lockbx.exe")
    policy = "SOFTWARE\\Policies\\Microsoft\\Windows Defender"
    switch = ev.registry("HKEY_LOCAL_MACHINE", policy, "1", value_type="DWord")
    deletion = ev.process(shell, "vssadmin.exe delete shadows /all /quiet", server, at, ev.MALICIOUS)
    locked = ev.file(locker, server, ev.PREVENTED if dice.random() < 0.3 else ev.MALICIOUS)
    for title, kind, entity in (
        ("Suspicious service launched", "Medium Execution T1569.002", service),
        ("Attempt to turn off Microsoft Defender Antivirus protection", "Medium DefenseEvasion T1562.001", switch),
        ("File backups were deleted", "High Impact T1490", deletion),
        ("Ransomware behavior detected in the file system", "High Impact T1486", locked),
    ):
        family = "FileCoder" if entity is locked else None
        scene.alert(
            title,
            ENDPOINT,
            kind,
            start,
            entity,
            ev.user(scene.cast.admin),
            after_min=after_min,
            on=[server],
            family=family,
        )
        after_min += 0.8


def ransomware_everywhere(scene: Scene) -> None:
    """The same on nine servers: an incident of some forty alerts."""
    ransomware(scene, hosts=9)


def coin_miner(scene: Scene) -> None:
    """Servers that are busy at night."""
    servers = [server for server in scene.cast.servers if server.name.startswith(("lnx", "srv-web"))]
    chosen = scene.dice.sample(servers, scene.dice.randrange(2, 4))
    hidden = "/var/tmp/.x"  # noqa: S108 - a path in a story
    miner, pool = ev.new_file("kworkerds", hidden, scene.dice), scene.address()
    scene.tags = ("Cryptojacking",)
    scene.outcome = ("TruePositive", "Malware")
    scene.remarks = ("Came in through an unpatched build server plug-in.", "Images rebuilt.")
    for number, server in enumerate(chosen):
        command = f"{hidden}/kworkerds --donate-level 1 -o pool.mining.example:443 -B"
        process = ev.process(miner, command, server, scene.moment(6.0 * number), ev.MALICIOUS)
        scene.alert(
            "Possible cryptocurrency miner",
            ENDPOINT,
            "Medium Impact T1496",
            process,
            ev.file(miner, server),
            ev.ip(pool, ev.MALICIOUS),
            after_min=6.0 * number,
            on=[server],
            family="CoinMiner",
        )
        scene.alert(
            "Suspicious cron job",
            ENDPOINT,
            "Low Persistence T1053.003",
            process,
            after_min=6.0 * number + 2,
            on=[server],
        )
    scene.alert(
        "Connection to a cryptomining pool",
        ENDPOINT,
        "Medium CommandAndControl T1071",
        ev.url("pool.mining.example:443"),
        ev.ip(pool),
        after_min=20,
        on=chosen,
    )


def antivirus_find(scene: Scene) -> None:
    """The antivirus did its work; nearly every day of every tenant."""
    person = scene.person()
    laptop = scene.cast.laptop_of(person)
    family, kind, name = scene.dice.choice(_AV_FINDS)
    judged = scene.dice.choice((ev.PREVENTED, ev.PREVENTED, ev.REMEDIATED, ev.BLOCKED))
    severity = "Low" if kind == "unwanted software" or scene.dice.random() < 0.4 else "Informational"
    category = "Malware" if kind == "malware" else "SuspiciousActivity"
    found = ev.new_file(name, f"C:\\Users\\{person.account}\\Downloads", scene.dice)
    scene.outcome = ("TruePositive", "UnwantedSoftware" if kind != "malware" else "Malware")
    scene.remarks = ("Quarantined by antivirus.",)
    scene.alert(
        f"'{family}' {kind} was {'detected' if judged is ev.REMEDIATED else 'prevented'}",
        ANTIVIRUS,
        f"{severity} {category}",
        ev.file(found, laptop, judged),
        ev.user(person, ev.UNKNOWN),
        on=[laptop],
        text="Malware and unwanted software are undesirable applications that perform annoying, disruptive, or harmful actions on affected machines.\n\nThe file was found before it could run.",
        family=family,
    )


def odd_powershell(scene: Scene) -> None:
    """An administrator's script or not."""
    person = scene.person()
    laptop = scene.cast.laptop_of(person)
    shell = ev.new_file("powershell.exe", _POWERSHELL, scene.dice)
    command = scene.dice.choice(
        (
            "powershell.exe -NoP -W Hidden -Enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
            'powershell.exe -ExecutionPolicy Bypass -File "\\\\srv-fs01\\netlogon\\inventory.ps1"',
            "powershell.exe IEX (iwr https://scripts.adatum.example/install.ps1)",
        )
    )
    scene.outcome = ("InformationalExpectedActivity", "LineOfBusinessApplication")
    scene.remarks = ("Inventory script of the desktop team; asked them to sign it.",)
    scene.alert(
        "Suspicious PowerShell command line",
        ENDPOINT,
        "Medium Execution T1059.001",
        ev.process(shell, command, laptop, scene.moment()),
        ev.user(person),
        on=[laptop],
    )


def info_stealer(scene: Scene) -> None:
    """A game for the children, and the browser's passwords are gone."""
    person = scene.person()
    laptop = scene.cast.laptop_of(person)
    folder = f"C:\\Users\\{person.account}\\AppData\\Local\\Temp"
    stealer = ev.new_file("GameLauncher.exe", folder, scene.dice)
    run = "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    scene.outcome = ("TruePositive", "Malware")
    scene.tags = ("Info stealer",)
    scene.remarks = ("All saved passwords considered lost, user informed.", "Device wiped.")
    scene.alert(
        "Malicious site visited despite a warning",
        SMARTSCREEN,
        "Low InitialAccess T1189",
        ev.url("https://free-games.example/get"),
        ev.user(person),
        on=[laptop],
    )
    scene.alert(
        "Possible theft of passwords and other sensitive web browser information",
        ENDPOINT,
        "High CredentialAccess T1555.003",
        ev.process(stealer, f'"{folder}\\GameLauncher.exe" /S', laptop, scene.moment(3), ev.MALICIOUS),
        ev.file(stealer, laptop),
        ev.user(person),
        after_min=3,
        on=[laptop],
        family="Lumma",
    )
    scene.alert(
        "Anomaly detected in ASEP registry",
        ENDPOINT,
        "Medium Persistence T1547.001",
        ev.registry("HKEY_CURRENT_USER", run, f"{folder}\\GameLauncher.exe", ev.AWAITING),
        ev.user(person),
        after_min=3.5,
        on=[laptop],
    )


def usb_worm(scene: Scene) -> None:
    """A stick from the trade fair."""
    person = scene.person()
    laptop, worm = scene.cast.laptop_of(person), ev.new_file("Folder.lnk", "F:\\", scene.dice)
    scene.outcome = ("TruePositive", "Malware")
    scene.remarks = ("Stick destroyed.",)
    scene.alert(
        "Suspicious shortcut started from removable media",
        ENDPOINT,
        "Medium InitialAccess T1091",
        ev.file(worm, laptop, ev.PREVENTED),
        ev.user(person),
        on=[laptop],
    )
    scene.alert(
        "'Gamarue' malware was prevented",
        ANTIVIRUS,
        "Low Malware",
        ev.file(worm, laptop, ev.PREVENTED),
        after_min=0.4,
        on=[laptop],
        family="Gamarue",
    )


def web_shell(scene: Scene) -> None:
    """A page on the web server that nobody wrote."""
    server = scene.dice.choice([each for each in scene.cast.servers if each.name.startswith("srv-web")])
    page = ev.new_file("help.aspx", "C:\\inetpub\\wwwroot\\aspnet_client", scene.dice)
    worker = ev.new_file("w3wp.exe", f"{_SYSTEM}\\inetsrv", scene.dice)
    scene.outcome = ("TruePositive", "MultiStagedAttack")
    scene.tags = ("Internet-facing",)
    scene.remarks = ("Patch of last month was missing. Server rebuilt from image.",)
    scene.alert(
        "Possible web shell installation",
        ENDPOINT,
        "High Persistence T1505.003",
        ev.file(page, server),
        ev.ip(scene.address(), ev.MALICIOUS),
        on=[server],
    )
    scene.alert(
        "Suspicious processes dropped by IIS worker process",
        ENDPOINT,
        "High Execution T1190 T1059.003",
        ev.process(worker, "cmd.exe /c whoami /all & net group /domain", server, scene.moment(9)),
        after_min=9,
        on=[server],
    )
    scene.alert(
        "Suspicious sequence of exploration activities",
        ENDPOINT,
        "Low Discovery T1087 T1082 T1016",
        ev.process(worker, "systeminfo", server, scene.moment(10), ev.UNKNOWN),
        after_min=10,
        on=[server],
    )
