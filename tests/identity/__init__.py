"""Tests of who we are to Entra: tokens, keys, claims, permissions, and what Entra says when it refuses."""
