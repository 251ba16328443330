"""Pictures of a corpus as numbers: how often, how many, how long, and what stands beside what."""
