"""Opens the chat of the home at $ASSISTANT_HOME, else of the folder this file lies in."""

import os
import sys
from pathlib import Path

from assistant.interfaces.command_line import run, run_chat

if __name__ == "__main__":
    sys.exit(run(run_chat, os.environ.get("ASSISTANT_HOME") or str(Path(__file__).parent)))
