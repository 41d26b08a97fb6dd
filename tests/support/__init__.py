"""What tests share: a clock that stands, an analyst at a terminal, a real TLS server."""
