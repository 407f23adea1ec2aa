"""Draws the first page of the PDF on its standard input as a JPEG on its standard output.

Run as a process of its own, with the most that width and height may be; it imports nothing of ours.
"""

import io
import resource
import sys

import pypdfium2
from PIL import Image

_MEMORY = 1_500_000_000
_CPU_SECONDS = 10
_FILES = 16


def main(width: int, height: int) -> None:
    """Draw within the limits; whatever fails ends the process with an error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    page = pypdfium2.PdfDocument(sys.stdin.buffer.read())[0]
    wide, high = page.get_size()
    scale = min(width / wide, height / high)
    drawn: Image.Image = page.render(scale=scale).to_pil()
    target = io.BytesIO()
    drawn.convert("RGB").save(target, "JPEG", quality=85)
    sys.stdout.buffer.write(target.getvalue())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
