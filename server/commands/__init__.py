"""The commands of kefu, by what they are for."""
