"""What the program can hand to people: set-up steps, consent links, code, QR codes, evidence for support. All of it is text."""
