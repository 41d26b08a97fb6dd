"""The language of the line that narrows the queue: read, matched, completed, and said again in words."""
