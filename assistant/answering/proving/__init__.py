"""A claim and the words of an article → what in the claim those words do not prove."""
