"""What the world says beside what Skyhold says: one file per part of the line, one `Case` per fact."""
