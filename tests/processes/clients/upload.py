"""Uploads files by tuspy; what to send is JSON on standard input, the addresses come out."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from sys import maxsize
from typing import Any

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

# Of one attempt: it calls itself for each, and an address that broke off is never found.
TRIES = 10


def sent(asked: dict[str, Any], path: str, metadata: dict[str, str]) -> str:
    """The address of a file that was uploaded; a creation whose answer was lost is repeated."""
    client = TusClient(asked["endpoint"], headers=asked["headers"])
    for _ in range(asked["tries"]):
        try:
            uploader = client.uploader(
                path, chunk_size=asked["chunk"] or maxsize, metadata=metadata,
                retries=TRIES, retry_delay=asked["pause"] / 1000,
            )  # fmt: skip
            uploader.upload()
        # A head that broke off passes for a whole one in http.client, and tuspy misses the offset.
        except (TusCommunicationError, TypeError):
            time.sleep(asked["pause"] / 1000)
        else:
            return str(uploader.url)
    raise SystemExit(f"{path} did not get through")


def main() -> None:
    """Send all files side by side."""
    asked = json.load(sys.stdin)
    with ThreadPoolExecutor(len(asked["files"])) as pool:
        urls = pool.map(lambda one: sent(asked, one["path"], one["metadata"]), asked["files"])
    json.dump(list(urls), sys.stdout)


if __name__ == "__main__":
    main()
