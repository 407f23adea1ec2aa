"""Runs what is pure in the pages' scripts, with node and without a browser."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def run(module: Path, script: str) -> Any:
    """What a script prints as JSON that calls this module `page`."""
    node = shutil.which("node")
    if node is None:
        assert os.environ.get("CI") != "true", "node must be there on CI"
        pytest.skip("node is missing; see scripts/install_test_programs.sh")
    # A file that lies in no package is a script of the old kind to node; an address of data is not.
    coded = base64.b64encode(module.read_bytes()).decode()
    source = f'import * as page from "data:text/javascript;base64,{coded}";\n{script}'
    command = [node, "--input-type=module", "-e", source]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
