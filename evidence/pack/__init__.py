"""Writing evidence packs: records, index, signatures, timestamps, and the ZIP they travel in."""
