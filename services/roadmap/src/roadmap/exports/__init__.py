"""What roadmap renders for others to take away: calendars, feeds, tables."""
