"""Training of the bundled encoder: a table of token vectors, learned by contrast from pairs of texts."""
