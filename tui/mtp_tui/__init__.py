"""mtp-tui: sign in to Microsoft Defender XDR, judge the access token, browse incidents live."""

__version__ = "0.1.0"
