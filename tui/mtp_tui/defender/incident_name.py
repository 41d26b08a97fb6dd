"""Names that the service gives incidents: what they say, without the words that all of them share."""

_SHARED = "Multi-stage incident involving "
_SHARED_ENDS = (" reported by multiple sources", " reported by one source")
"""As in Microsoft's own example of an incident of the Graph API (`displayName`); that there is a form for one source is a
guess. The words tell no incident from another: their alerts and sources are counted beside them."""


def brief_name(name: str) -> str:
    """What tells this incident from others: tactics and where, with an ellipsis for each phrase that was left out.

    A name of any other form is given back as it is, and one of this form can be told from a name of somebody's own by
    the ellipsis in front.
    """
    head, shared, rest = name.partition(_SHARED)
    if not shared or not rest:
        return name
    for end in _SHARED_ENDS:
        if rest.endswith(end):
            rest = rest.removesuffix(end) + " …"
    return f"{head}… {rest}"
