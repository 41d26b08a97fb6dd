"""What the program can do, without a terminal: sign in and stay signed in, follow the incident queue."""
