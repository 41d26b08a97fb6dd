"""The simulated tenant, asked over httpx as a client would."""
