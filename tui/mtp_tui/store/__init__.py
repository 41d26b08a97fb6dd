"""What is remembered of a tenant: its incidents, what changed in them, and what was chosen. Never a secret or a token."""
