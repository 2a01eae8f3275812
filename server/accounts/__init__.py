"""People, passwords and sign-in sessions."""
