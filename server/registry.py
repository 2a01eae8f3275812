"""Every table of every room, imported in one place for migrations and for the privacy register."""

import server.accounts.tables
import server.tables  # noqa: F401
