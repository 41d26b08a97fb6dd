"""What each claim of an Entra access token says, in one sentence, and what the coded values in some of them mean.

Sources: Microsoft Learn, "Access token claims reference" and "Optional claims reference". Claims that Microsoft does not
document are named as such: no meaning is claimed for them.
"""

_INTERNAL = "Internal to Microsoft; undocumented, shown as sent."

HEADER = {
    "typ": "The kind of token: JWT.",
    "alg": "How the token was signed; Entra uses RS256.",
    "kid": "Which of Entra's signing keys signed the token.",
    "x5t": "The same key again, under its older name; only in version 1.0.",
    "x5t#S256": "SHA-256 thumbprint of the signing certificate.",
    "x5c": "The signing certificate itself; not used here, because a token must not vouch for itself.",
    "nonce": "The signature was made over an altered header, so that only the API itself can check it.",
    "jku": "An address that offers keys; not followed, because a token must not vouch for itself.",
    "x5u": "An address that offers a certificate; not followed, because a token must not vouch for itself.",
    "jwk": "A key that the token brought along; not used, because a token must not vouch for itself.",
    "enc": "How the content of an encrypted token was encrypted.",
    "zip": "How the content of an encrypted token was packed.",
    "cty": "The kind of content.",
    "crit": "Header members that whoever reads the token must understand.",
}

PAYLOAD = {
    "aud": "Which API the token is for.",
    "iss": "Who issued the token: the tenant, its cloud and the token version.",
    "idp": "Who authenticated the user or the application, if not this tenant.",
    "iat": "When the token was issued.",
    "nbf": "From when on it is valid.",
    "exp": "When it expires.",
    "auth_time": "When the user last signed in.",
    "aio": "For Microsoft only; to be ignored.",
    "rh": "For Microsoft only; to be ignored.",
    "acr": "How strongly the user was authenticated, in levels of ISO 29115.",
    "acrs": "Authentication contexts that this sign-in has met.",
    "amr": "How the user signed in.",
    "appid": "The application that asked for the token: its application (client) ID.",
    "azp": "The application that asked for the token: its application (client) ID.",
    "appidacr": "How the application proved itself.",
    "azpacr": "How the application proved itself.",
    "app_displayname": "The application's name in its tenant.",
    "name": "The user's display name; it can be changed, so it proves nothing.",
    "preferred_username": "The user's sign-in name; it can be changed, so it proves nothing.",
    "unique_name": "The user's sign-in name; it can be changed, so it proves nothing.",
    "upn": "The user principal name; it can be changed, so it proves nothing.",
    "email": "The user's mail address; it can be changed, so it proves nothing.",
    "given_name": "The user's first name.",
    "family_name": "The user's last name.",
    "ipaddr": "The address from which the user signed in.",
    "onprem_sid": "The user's security identifier in the on-premises directory.",
    "pwd_exp": "Seconds until the user's password expires.",
    "pwd_url": "Where the user can change the password.",
    "in_corp": "Sent when the user signed in from inside the corporate network.",
    "ctry": "The user's country.",
    "tenant_ctry": "The tenant's country.",
    "oid": "Object ID of the user, or of the application's entry under Enterprise applications.",
    "sub": "For whom the token speaks; for an application the same as oid.",
    "tid": "The tenant that the token belongs to.",
    "roles": "Application permissions that an administrator granted.",
    "scp": "Delegated permissions; they reach only as far as the user's own Defender role.",
    "wids": "Directory roles, by their template IDs.",
    "groups": "Groups of the user, by their object IDs.",
    "hasgroups": "The user is in more groups than fit into the token.",
    "_claim_names": "Claims that were too long for the token, mostly groups; Graph has them.",
    "_claim_sources": "Where the claims that did not fit can be fetched; nothing is fetched from there.",
    "idtyp": "Whether an application or a user speaks.",
    "uti": "Identifier of this token.",
    "ver": "Version of the token format; it decides the names of other claims.",
    "tenant_region_scope": "The tenant's region.",
    "xms_tcdt": "When the tenant was created.",
    "xms_cc": "What the application can handle; cp1 means that it understands claims challenges.",
    "xms_idrel": "How the caller is related to the tenant.",
    "xms_tdbr": "Region of the tenant's data; undocumented.",
    "sid": "Identifier of the user's session.",
    "puid": "Older identifier of the user, for Microsoft only.",
    "signin_state": "State of the sign-in and of the device.",
    "deviceid": "The device from which the user signed in.",
    "platf": "The device's operating system, as a number.",
    "cnf": "Binds the token to a key; an ordinary Bearer call with it fails.",
    "nonce": "A value from the sign-in request; typical of an ID token, which is not for calling APIs.",
    "c_hash": "Ties an ID token to an authorization code; typical of an ID token, which is not for calling APIs.",
    "at_hash": "Ties an ID token to an access token; typical of an ID token, which is not for calling APIs.",
    **dict.fromkeys(
        (
            "xms_ftd",
            "xms_acd",
            "xms_act_fct",
            "xms_sub_fct",
            "xms_tnt_fct",
            "xms_rd",
            "xms_st",
            "xms_pftexp",
            "xms_par_app_azp",
            "xms_tbflid",
        ),
        _INTERNAL,
    ),
}

MOMENTS = frozenset({"iat", "nbf", "exp", "auth_time", "xms_tcdt"})
"""Claims that hold seconds since 1970."""

_CLIENT_PROOF = {"0": "nothing, a public client", "1": "a client secret", "2": "a certificate or an assertion"}

CODES: dict[str, dict[str, str]] = {
    "appidacr": _CLIENT_PROOF,
    "azpacr": _CLIENT_PROOF,
    "acr": {"0": "below the requirements", "1": "meets the requirements"},
    "amr": {
        "pwd": "password",
        "mfa": "multi-factor authentication",
        "rsa": "certificate or key, such as an authenticator app",
        "wia": "Windows integrated authentication",
        "otp": "one-time code",
        "fed": "federated sign-in",
        "ngcmfa": "Windows Hello or a passkey, with multi-factor authentication",
        "fido": "FIDO key",
        "swk": "software key",
        "hwk": "hardware key",
    },
    "idtyp": {"app": "an application", "user": "a user"},
    "ver": {"1.0": "issuer sts.windows.net, client in appid", "2.0": "issuer login.microsoftonline.com, client in azp"},
    "tenant_region_scope": {"EU": "Europe", "NA": "North America", "WW": "worldwide", "AS": "Asia", "OC": "Oceania"},
    "signin_state": {"kmsi": "stays signed in", "dvc_mngd": "managed device", "dvc_cmpd": "compliant device", "dvc_dmjd": "domain-joined device", "inknownntwk": "known network"},
    "tid": {"9188040d-6c67-4c5b-b112-36a304b66dad": "personal Microsoft accounts", "f8cdef31-a31e-4b4a-93e4-5f571e91255a": "Microsoft Services"},
    "wids": {
        "0997a1d0-0d1d-4acb-b408-d5ca73121e90": "no directory role of its own",
        "b79fbf4d-3ef9-4689-8143-76b194e85509": "member user, no directory role",
        "5d6b6bb7-de71-4623-b4af-96380a352509": "Security Reader",
        "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
        "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    },
    "alg": {"RS256": "RSA with SHA-256", "none": "not signed at all", "HS256": "a shared secret, which Entra never uses"},
    "xms_cc": {"cp1": "understands claims challenges"},
}  # fmt: skip
"""Per claim: what its coded values mean."""

IDENTITY_RELATIONS = {"7": "an application", "1": "a member user"}
"""The numbers in `xms_idrel`, of those that have been observed."""
