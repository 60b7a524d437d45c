"""Question, answer → a reader's conversations, which are kept, found, exported and judged. No interface is in here."""
