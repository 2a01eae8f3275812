"""Every table of every room, imported in one place for migrations and for the privacy register."""

from quiz import tables as quiz_tables
from quiz.training import tables as training_tables
from scenarios import tables as scenario_tables
from server import tables as server_tables
from server.accounts import tables as account_tables

TABLE_MODULES = (account_tables, server_tables, scenario_tables, quiz_tables, training_tables)
