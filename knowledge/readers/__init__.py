"""One file per format: bytes -> Reading; the content decides which, never a file's ending."""
