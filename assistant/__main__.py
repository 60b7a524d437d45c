"""`python -m assistant` is the command `assistant`."""

from assistant.interfaces.command_line import main

main()
