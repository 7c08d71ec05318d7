"""One file per format: bytes -> Reading. `knowledge.reading` chooses by content, never by a file's ending."""
