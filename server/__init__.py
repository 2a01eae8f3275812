"""The only door to the street: settings, database, accounts, routes, templates and the command line."""
