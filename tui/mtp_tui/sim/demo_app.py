"""The names of the simulated tenant, apart from everything heavy, so that the demo's first paint need not wait for it."""

TENANT_ID = "00000000-de00-4000-8000-00000000c0de"
DOMAIN = "contoso-demo.example"
CLIENT_ID = "00000000-de00-4a99-8000-00000000c11e"
CLIENT_SECRET = "made-up~secret.of_the-simulated-tenant~00"  # noqa: S105 - made up, opens nothing
