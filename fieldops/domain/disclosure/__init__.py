"""What a pack discloses: the profile of its recipient, counsel's basket, and what is missing."""
