"""The process behind one long run: holds its lock, starts the command, writes down the result."""

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from chainlead.config import program_environment
from chainlead.web.jobs import COMMAND, LOCK, MESSAGES, OUTPUT, RESULT, Command

NOT_STARTED = 3
"""The result of a command that did not begin: as of an internal error."""


def run(folder: Path) -> int:
    """Run the command of this folder to its end; the exit code is kept in the file `result`."""
    command = msgspec.json.decode((folder / COMMAND).read_bytes(), type=Command)
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (folder / OUTPUT).open("wb") as output, (folder / MESSAGES).open("wb") as messages:
            try:
                child = subprocess.Popen(  # noqa: S603  (no shell; the arguments are a list)
                    [sys.executable, "-m", "chainlead", *command.arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=messages,
                    start_new_session=True,
                    env=program_environment(command.who),
                )
            except OSError as error:
                messages.write(f"The command could not be started: {error.strerror}.\n".encode())
                code = NOT_STARTED
            else:
                lock.write(str(child.pid))
                lock.flush()
                code = child.wait()
        part = folder / f".{RESULT}.part"
        part.write_text(str(code))
        part.replace(folder / RESULT)
    return code


if __name__ == "__main__":
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a server in the background ignores it; a run must not
    run(Path(sys.argv[1]))
