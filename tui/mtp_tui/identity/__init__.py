"""Who we are to Entra ID: credentials, sign-in, and the access token that comes of it."""
