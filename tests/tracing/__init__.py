"""What reads the records of runs."""
