"""Tests of named sign-ins: the profile file, where secrets come from, and machines that have no keyring."""
