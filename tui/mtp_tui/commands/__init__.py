"""What `mtp-tui` does without a screen, for scripts: read arguments, print, and end with a promised exit code."""
