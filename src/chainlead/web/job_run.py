"""The process behind one long run: holds its lock, starts the command, writes down the result."""

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from chainlead.config import program_environment
from chainlead.web.jobs import COMMAND, LOCK, MESSAGES, OUTPUT, RESULT, Command


def run(folder: Path) -> int:
    """Run the command of this folder to its end; the exit code is kept in the file `result`."""
    command = msgspec.json.decode((folder / COMMAND).read_bytes(), type=Command)
    with (folder / LOCK).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (folder / OUTPUT).open("wb") as output, (folder / MESSAGES).open("wb") as messages:
            child = subprocess.Popen(  # noqa: S603  (no shell; the arguments are a list)
                [sys.executable, "-m", "chainlead", *command.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=messages,
                start_new_session=True,
                env=program_environment(command.who),
            )
            lock.write(str(child.pid))
            lock.flush()
            code = child.wait()
        part = folder / f".{RESULT}.part"
        part.write_text(str(code))
        part.replace(folder / RESULT)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(Path(sys.argv[1]))
