"""What the assistant's speed, memory and constants were measured with; README.md tells how to run it."""
