"""What workers answer about texts, and how it is asked."""
