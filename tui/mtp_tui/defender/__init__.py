"""What the Defender XDR API knows: incidents, how to ask for them, and how often."""
