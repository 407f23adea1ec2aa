"""The script that starts the copy of the verifier in a pack, and how to do without it."""

import shlex

from evidence.custody import layout

# A script and not `__main__.py`: Python would leave that one's bytecode in the unpacked pack.
SCRIPT = b'''"""Run isolated: python -I verify/verify.py PACK.zip --trust trust.pem"""

import os
import sys

# Nothing may be added to the unpacked pack while it is being verified.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evidence.custody.verify.command import main  # noqa: E402

sys.exit(main())
'''
_SIGNED = (
    "openssl cms -verify -binary -inform DER -in {seal} -content {name} -nointern"
    " -certfile {trust} -CAfile {trust} -partial_chain -purpose any -out /dev/null"
)
_STAMPED = "openssl ts -verify -data {name} -in {stamp} -CAfile {trust}"
_TOLD = "openssl ts -reply -in {stamp} -text"


def by_hand(trust: str) -> list[str]:
    """The five commands that check seal and checkpoint, for the unpacked case's folder."""
    sealed = (layout.TAG_MANIFEST, layout.SEAL_SIGNATURE, layout.SEAL_TIMESTAMP)
    head = (layout.CHECKPOINT, f"{layout.CHECKPOINT}.p7s", f"{layout.CHECKPOINT}.tsr")
    commands: list[str] = []
    for name, seal, stamp in (sealed, head):
        told = {"name": name, "seal": seal, "stamp": stamp, "trust": shlex.quote(trust)}
        commands += [_STAMPED.format(**told), _SIGNED.format(**told)]
    return [*commands, _TOLD.format(stamp=layout.SEAL_TIMESTAMP)]
