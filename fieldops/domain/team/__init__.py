"""What is kept of the team: records that agents must hold, and how agencies are judged; pure."""
