"""Text → the numbers it holds: in digits, in words, in Han letters, as signs; and where each stands."""
