"""The articles of a home as people tend them: added, deleted, indexed in the background. No interface is in here."""
