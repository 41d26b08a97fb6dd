"""What is remembered: real SQLite files, real processes, and whatever can become of them."""
