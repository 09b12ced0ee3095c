"""Events in and out: say, relay, hear, park, clock, database. No word of the city in it."""
