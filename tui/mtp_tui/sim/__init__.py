"""The simulated tenant behind --demo and the tests; it shares no code with what it tests."""
