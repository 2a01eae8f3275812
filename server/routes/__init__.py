"""Thin handlers: parse, ask a room, render."""
