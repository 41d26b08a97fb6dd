"""Named sign-ins: which app in which tenant of which cloud, and where its secret comes from."""
