"""Text to vectors to nearest ids; knows no business word."""
