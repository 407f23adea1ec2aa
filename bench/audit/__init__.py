"""An audit from the tables alone: what a regulator's expert would count, by his own arithmetic.

It imports nothing of the system that it judges: hours, crews, caps and holds are stated here again
from the text of the law, and everything else is read from the rows by plain SQL. What breaks a
policy of the house is no breach where the office that may lift it let this very contact through
beforehand, or where the person agreed. What the house could not know when it let a contact
through is found as well, and told apart as hindsight.
"""

from bench.audit.judging import breaches, findings, losses
from bench.audit.records import Finding

__all__ = ["Finding", "breaches", "findings", "losses"]
