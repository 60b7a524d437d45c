"""Passages → vectors → the index; question → hits."""
