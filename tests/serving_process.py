"""`assistant serve` in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

COMMAND = [sys.executable, "-m", "assistant"]


@dataclass(slots=True)
class Launched:
    """A server that answers at `address`; `output` is what it has printed, once it has ended."""

    process: subprocess.Popen[str]
    address: str
    output: str = ""

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def stop(self) -> None:
        """Terminates it, which it must survive without a traceback and within ten seconds."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.output += self.process.communicate(timeout=30)[0]
        assert time.monotonic() - started < 10
        assert self.process.returncode in (0, -signal.SIGTERM), self.output
        assert "Traceback" not in self.output


@contextmanager
def launched(home: Path, *arguments: str, **environment: str) -> Iterator[Launched]:
    """Gives a server of `home`, ready to answer, and stops it."""
    command = [*COMMAND, "serve", "--home", str(home), "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "The chat is open at" in line:
            break
    else:
        raise AssertionError(printed)
    server = Launched(process, line.split()[5], printed)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def _wait_until_it_answers(server: Launched) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if httpx.get(f"{server.address}/healthz", verify=False).status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("it does not answer")
