"""Tests of opening CSV and XLSX files as a stream of rows."""
