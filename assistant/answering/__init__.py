"""Hits → evidence → an answer whose every statement is proven, or none."""
