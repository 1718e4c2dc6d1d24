"""What the user feels: a place at 100 ms to 1 s, its queue, its flows, verdicts, and files for emulators."""
