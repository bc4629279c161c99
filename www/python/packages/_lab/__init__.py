"""What makes one interpreter in a worker a process among others."""
