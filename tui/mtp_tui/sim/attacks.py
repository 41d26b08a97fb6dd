"""Texts that attack whoever shows, stores or passes them on, by what is wrong with them.

Those that speak to a terminal carry the number 666 or the word EVIL (`RVZJTA==` in base64) in their codes, so that a
code which came from here can be told from the program's own. None of them does harm: they paint, ask and name things.
"""

from collections.abc import Iterator
from itertools import count

from mtp_tui.sim.payload import JsonObject

_ESC, _BEL, _ST = "\x1b", "\x07", "\x1b\\"
_EVIL = "RVZJTA=="

CONTROL_SEQUENCES = {
    "cursor position": "a\x1b[66;666Hmoved",
    "cursor up": "a\x1b[666Aup",
    "cursor home and back": "\x1b[H\x1b[666Gcolumn\x1b[s\x1b[u",
    "erase screen": "\x1b[2J\x1b[3Jgone",
    "erase line": "seen\x1b[1K\x1b[2Kgone",
    "erase characters": "seen\x1b[666Xgone",
    "colour": "\x1b[5;31;107mEVIL",
    "hidden": "\x1b[8mEVIL\x1b[28m",
    "endless parameters": "\x1b[" + "666;" * 60 + "mEVIL",
    "colon parameters": "\x1b[4:3;58:2::6:6:6mEVIL",
    "scroll region": "\x1b[6;66r\x1b[666Sscrolled",
    "insert and delete": "\x1b[666L\x1b[666M\x1b[666@\x1b[666P",
    "repeat": "x\x1b[666666bEVIL",
    "report position": "a\x1b[6nb",
    "report attributes": "a\x1b[c\x1b[>c\x1b[=cb",
    "report title": "a\x1b[21t\x1b[20tb",
    "resize window": "a\x1b[8;66;666tb",
    "other screen": "\x1b[?1049lEVIL",
    "mouse and paste off": "\x1b[?1000;1003;1006l\x1b[?2004lEVIL",
    "cursor shown": "\x1b[?25h\x1b[6 qEVIL",
    "wrapping on": "\x1b[?7hEVIL",
    "keyboard": "\x1b[>666u\x1b[<666u\x1b[=666;1u",
    "soft reset": "\x1b[!pEVIL",
    "full reset": "\x1bcEVIL",
    "character set": "\x1b(0lqqk\x1b)0\x1b%@EVIL",
    "index": "\x1bD\x1bM\x1bE\x1b7\x1b8EVIL",
    "unfinished sequence": "EVIL\x1b[666",
    "bare escape": "EVIL\x1b",
    "escape in a sequence": "\x1b[6\x1b[6\x1b[66;666HEVIL",
    "pasted": "\x1b[201~EVIL\x1b[200~",
}
"""CSI and the short escapes."""

CONTROL_STRINGS = {
    "OSC 0": f"{_ESC}]0;EVIL title{_BEL}",
    "OSC 2": f"{_ESC}]2;EVIL title{_ST}",
    "OSC 4": f"{_ESC}]4;1;rgb:66/66/66{_BEL}{_ESC}]104{_BEL}EVIL",
    "OSC 7": f"{_ESC}]7;file://evil/EVIL{_ST}",
    "OSC 8": f"{_ESC}]8;;https://evil.example/EVIL{_ST}click{_ESC}]8;;{_ST}",
    "OSC 9": f"{_ESC}]9;EVIL says hello{_BEL}",
    "OSC 10": f"{_ESC}]10;?{_BEL}{_ESC}]11;?{_BEL}EVIL",
    "OSC 52": f"{_ESC}]52;c;{_EVIL}{_BEL}",
    "OSC 52 read": f"{_ESC}]52;c;?{_ST}EVIL",
    "OSC 52 ended by C1": f"{_ESC}]52;c;{_EVIL}\x9c",
    "OSC 133": f"{_ESC}]133;C;EVIL{_ST}",
    "OSC 777": f"{_ESC}]777;notify;EVIL;EVIL{_ST}",
    "OSC 1337": f"{_ESC}]1337;File=name={_EVIL};inline=1:{_EVIL}{_BEL}",
    "unfinished OSC": f"EVIL{_ESC}]52;c;{_EVIL}",
    "DCS": f"{_ESC}P1$r0mEVIL{_ST}",
    "DCS sixel": f"{_ESC}Pq#1;2;66;66;66#1EVIL-{_ST}",
    "DCS of tmux": f"{_ESC}Ptmux;{_ESC}{_ESC}]52;c;{_EVIL}{_BEL}{_ST}",
    "DCS of screen": f"{_ESC}P{_ESC}]52;c;{_EVIL}{_BEL}{_ST}",
    "DCS request": f"{_ESC}P+q544e;EVIL{_ST}",
    "APC": f"{_ESC}_Ga=T,f=100;{_EVIL}{_ST}",
    "PM": f"{_ESC}^EVIL{_ST}",
    "SOS": f"{_ESC}XEVIL{_ST}",
    "title of screen": f"{_ESC}kEVIL{_ST}",
}
"""OSC, DCS, APC, PM and SOS, ended in every way there is."""

CONTROLS = {
    "C1 CSI": "a\x9b66;666HEVIL\x9b2J",
    "C1 OSC": f"\x9d52;c;{_EVIL}\x9c",
    "C1 DCS": "\x90qEVIL\x9c",
    "C1 APC": "\x9fGa=T;EVIL\x9c",
    "C1 PM and SOS": "\x9eEVIL\x9c\x98EVIL\x9c",
    "C1 next line": "a\x85b\x84c\x8dEVIL",
    "C1, all": "".join(map(chr, range(0x80, 0xA0))),
    "C0, all": "".join(map(chr, range(0x20))),
    "NUL": "good\x00EVIL",
    "BEL": "ring\x07\x07\x07EVIL",
    "backspace": "good\b\b\b\bEVIL",
    "DEL": "good\x7f\x7f\x7fEVIL",
    "carriage return": "malware\rEVIL   ",
    "line feed": "first\nEVIL\n\n\nlast",
    "CR LF": "first\r\nEVIL: High\r\n",
    "tab": "a\t\t\tEVIL",
    "vertical tab": "a\x0b\x0bEVIL",
    "form feed": "a\x0c\x0cEVIL",
    "shift out": "a\x0eEVIL\x0f",
    "cancel": "a\x18\x1aEVIL\x05\x04",
}
"""Single control characters."""

UNSEEN = {
    "right to left override": "invoice\u202egnp.exe",
    "left to right override": "a\u202dcba\u202cEVIL",
    "embeddings": "\u202aabc\u202b123\u202cEVIL",
    "isolates": "a\u2066b\u2067c\u2068d\u2069EVIL",
    "direction marks": "a\u200eb\u200fc\u061cEVIL",
    "old direction marks": "a\u206ab\u206c\u206fEVIL",
    "zero width space": "\u200bpo\u200bwer\u200bshell",
    "joiners": "po\u200cwer\u200dshell",
    "word joiner": "po\u2060wer\ufeffshell",
    "soft hyphen": "po\u00adwer\u00adshell",
    "grapheme joiner": "po\u034fwer\u180eshell",
    "blank letters": "a\u3164b\u115fc\u1160d\uffa0e\u2800f",
    "invisible mathematics": "f\u2061x\u2062y\u2063z\u2064",
    "tag characters": "safe" + "".join(chr(0xE0000 + ord(char)) for char in "EVIL") + "\U000e0001",
    "variation selectors": "a" + "".join(chr(0xFE00 + number) for number in range(16)) + "\U000e0100\U000e01ef",
    "one variation selector": "a\ufe0fb \u26a0\ufe0f \u26a0\ufe0e 1\ufe0f\u20e3",
    "separators": "one\u2028two\u2029three",
    "annotation": "a\ufff9b\ufffac\ufffbd\ufffcEVIL",
    "no characters": "a\ufffe\uffff\U0010ffff\ufdd0",
    "private use": "\ue000\uf8ff\U000f0000EVIL",
    "shorthand controls": "a\U0001bca0b\U0001d173c",
    "hieroglyph controls": "a\U00013430\U00013437b",
    "combining flood": "Z" + "\u0335\u0336\u0488\u0316" * 80 + "algo",
    "combining first": "\u0301\u0301\u0301\u0301\u0301EVIL",
    "enclosing flood": "o" + "\u20dd\u20e0" * 80 + "EVIL",
    "high surrogate": "broken \ud83d half",
    "low surrogate": "broken \udc00 half",
    "surrogates turned round": "\udc00\ud83d \udcff",
}
"""What is not seen, or hides or turns what stands beside it, or cannot be written."""

WIDE = {
    "family": "👩‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈",
    "flags and skin": "🇪🇺🇩🇪🇺 👍🏿👍🏻 🏻",
    "wide": "不審な受信トレイ規則が作成されました 악성",
    "ambiguous width": "±×÷§¶①②─│■◆○●★☆αβЯ…—",
    "wide space": "a\u3000b\u2003c\u00a0d\u2009e\u202ff",
    "halves": "ｶﾞﾊﾟ ﾠ ﬃ ﷽ ꧅ 𒐫",
    "long word": "EVIL" * 5_000,
    "long wide word": "不" * 20_000,
    "long words": "EVIL word " * 2_000,
    "many lines": "EVIL\n" * 3_000,
    "padding": "invoice.pdf" + " " * 300 + ".exe",
    "blanks only": "   ",
}
"""What is wider, narrower or longer than it says."""

MARKUP = {
    "closing tag": "[/x] [/] [/bold]",
    "Rich markup": "[bold red on blue blink]EVIL[/]",
    "Rich emoji": ":skull: :pile_of_poo:",
    "click": "[@click=app.quit]press[/] [@click=app.bell()]me[/@click=app.bell()]",
    "link": "[link=https://evil.example/EVIL]here[/link] [link='https://evil.example']",
    "variables": "$primary $text-error [$error]EVIL[/] ${x}",
    "brackets": "[[[ ]]] \\[b] [b][i][u] [",
    "Textual style": "[on $error 50%]EVIL[/] [not bold] [reverse]",
    "Markdown": "# EVIL\n![x](https://evil.example/x.png) | a | [b](javascript:alert(1)) `c` ***",
    "HTML": "<b>EVIL</b><!-- </td></table>",
    "script": "<script>alert('EVIL')</script><img src=x onerror=alert(1)>",
    "character references": "&#27;[2J&#x202e;&lt;script&gt;",
    "marks of ours": "␛[2J ‹RLO› ‹…› �",
}
"""What is markup to somebody."""

CODE = {
    "formula =": "=cmd|'/c calc'!A1",
    "formula +": "+cmd|'/c calc'!A1",
    "formula -": "-2+3+cmd|'/c calc'!A1",
    "formula @": "@SUM(1+1)*cmd|'/c calc'!A1",
    "formula tab": "\t=1+1",
    "formula carriage return": "\r=1+1",
    "formula full width": "＝1+1",
    "formula behind a blank": ' \u200b=HYPERLINK("https://evil.example")',
    "formula in a list": "a;=1+1;@b",
    "parent folders": "../../../../../../tmp/EVIL",
    "parent folders of Windows": "..\\..\\..\\Windows\\EVIL",
    "device name": "CON",
    "device name with an end": "NUL.txt",
    "trailing dots": "evil.exe. . . ",
    "NUL in a path": "safe.txt\x00.exe",
    "terminal as a file": "/dev/tty",
    "home of another": "~root/.ssh/authorized_keys",
    "option": "--output=/tmp/EVIL",
    "share": "\\\\evil.example\\share\\EVIL",
    "address of a file": "file:///etc/passwd",
    "address of a script": "javascript:alert('EVIL')",
    "address with a user": "https://security.microsoft.com@evil.example/incidents/666",
    "address of a lookalike": "https://security.microsoft.com.evil.example/incidents/666?tid=\x1b[2J",
    "percent format": "%s %n %x %(secret)s %5000d %",
    "brace format": "{0.__class__.__mro__} {self} {0!r:>5000}",
    "brace expression": "{__import__('os').system('EVIL')} {{ 7*7 }} {%",
    "shell": "$(touch /tmp/EVIL)`touch /tmp/EVIL`;touch /tmp/EVIL|&",
    "PowerShell": "'; Start-Process EVIL; \u2019; $(EVIL) @'\n'@",
    "quotes": "\"'`\u2018\u2019\u201c\u201d\\\\\\",
    "SQL": "'; DROP TABLE incidents; --",
    "SQL wildcard": "%_%' OR '1'='1",
    "full text query": '" OR NEAR(a b) * ^ : - NOT',
    "narrowing": 'severity:high or (tag:"EVIL',
    "JSON": '{"incidentId": 666, "EVIL": [null]}',
    "JSON cut out": '"}],"incidentId":666,"x":[{"',
    "JSON escapes": "\\u001b[2J\\u001b]52;c;RVZJTA==\\u0007 \\x1b[2J \\033[2J ^[[2J",
    "percent encoding": "%1b%5b2J%0d%0aEVIL%00",
    "header": "EVIL\r\nSet-Cookie: EVIL=1\r\n\r\n",
    "TOML": 'EVIL"\n[[profile]]\nname = "x',
    "log line": "EVIL\n2026-01-01 00:00:00 INFO root all is well",
    "long number": "9" * 400,
    "numbers": "1e999 NaN -Infinity -0 0x666 ٣",
    "time without end": "9999-12-31T23:59:59.9999999Z",
    "words of Python": "None True __class__ nan",
}
"""What is an order to another program."""

HOMOGRAPHS = {
    "Cyrillic": "раураl.com аdministrator svсhоst.exe",
    "Greek": "Μicrοsoft Οffice",
    "full width": "ｍicrosoft.com ｅxe",
    "mathematical": "𝐦𝐢𝐜𝐫𝐨soft 𝚙𝚘𝚠𝚎𝚛shell",
    "Cherokee and Armenian": "Ꮇicrosoft ցoogle",
    "slashes": "https://microsoft.com\u2044login\u2215evil.example\uff0fx\u29f8y",
    "dots": "microsoft\u2024com\u3002evil\uff0eexample",
}
"""What reads like something else."""

ACTING = {**CONTROL_SEQUENCES, **CONTROL_STRINGS, **CONTROLS}
"""All to which a terminal answers, moves or falls silent."""

ATTACKS = {**ACTING, **UNSEEN, **WIDE, **MARKUP, **CODE, **HOMOGRAPHS}
"""Every kind by name."""


_LONG = 1_000
"""Characters from which on a text is given in one round of eight only; a body full of them would be all weight."""


class Attacker:
    """Gives one attack after another, round and round."""

    def __init__(self) -> None:
        self._texts = self._endless()

    def text(self) -> str:
        """The next one."""
        return next(self._texts)

    def poisoned(self, value: object, spared: frozenset[str] = frozenset()) -> object:
        """The value with every string in it replaced, and one more key in every object; not what `spared` keys hold."""
        match value:
            case str():
                return self.text()
            case list():
                return [self.poisoned(item, spared) for item in value]
            case dict():
                return self.poisoned_object(value, spared)
        return value

    def poisoned_object(self, value: JsonObject, spared: frozenset[str] = frozenset()) -> JsonObject:
        """The same for an object."""
        poisoned = {key: item if key in spared else self.poisoned(item, spared) for key, item in value.items()}
        return {**poisoned, self.text(): self.text()}

    def _endless(self) -> Iterator[str]:
        for number in count():
            yield from (text for text in ATTACKS.values() if number % 8 == 0 or len(text) < _LONG)
