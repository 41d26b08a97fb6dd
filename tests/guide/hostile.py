"""Values that try to become commands in one language or another."""

HOSTILE = (
    "'; echo pwned; '",
    '"; echo pwned; "',
    "$(echo pwned)`echo pwned`${HOME}",
    "\\'\\\"\\",
    "it\u2019s \u2018quoted\u201a with\u201b typographic; calc; \u2019",
    "a\nb\rc\td",
    "\x1b[201~echo pwned\r",
    "\u202egnp.exe\u2066\u2028\u2029\u0085\ufeff",
    "&client_secret=stolen&grant_type=password#%00+",
    "{0} {{ }} %s %(x)s ‹client_id› ‹scope›",
    "\\u0022; throw; \\x22 \\",
    "@{a=1} @' \n '@ <# #> // /* */",
    "😀 é 東京",
    "../../../etc/passwd?x=y",
    "!! ~ * [a-z] ? > file < file | cat & ;",
    "-o file",
    "@/etc/passwd",
)
