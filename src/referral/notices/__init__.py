"""Side effects are rows first: verbs store a notice, a worker sends it."""
