"""Plans made from numbers alone: reading, travel, schedules, solving, judging."""
