"""Case files and agent files as creditors hand them over: read, judged by line, reported."""

from fieldops.domain.casefile.agents import AgentRow, partner_doubts
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.content import content_key
from fieldops.domain.casefile.headings import FileKind, Headings, fields_of
from fieldops.domain.casefile.mapping import HeadingMapping, parse_mapping, read_mapping
from fieldops.domain.casefile.reading import Reading, read_agents, read_cases, read_either
from fieldops.domain.casefile.report import LineReport, report_headings, report_lines
from fieldops.domain.casefile.rows import Cell, Fault, RawRow, Refusal
from fieldops.domain.casefile.terms import Point

__all__ = [
    "AgentRow",
    "CaseRow",
    "Cell",
    "Fault",
    "FileKind",
    "HeadingMapping",
    "Headings",
    "LineReport",
    "Point",
    "RawRow",
    "Reading",
    "Refusal",
    "content_key",
    "fields_of",
    "parse_mapping",
    "partner_doubts",
    "read_agents",
    "read_cases",
    "read_either",
    "read_mapping",
    "report_headings",
    "report_lines",
]
