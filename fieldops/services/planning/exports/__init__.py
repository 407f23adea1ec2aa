"""Plans carried away: GeoJSON, GPX, iCalendar, JSON, and one page that needs no network."""
