"""The parts of the bundle: each reads its tables and gives plain JSON values."""
