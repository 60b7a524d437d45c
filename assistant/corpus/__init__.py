"""A file in `seeds/` → its text, title and language → passages and sentences."""
