"""One file per pane: sign-in, token, incidents."""
