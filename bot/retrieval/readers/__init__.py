"""One reader per format: bytes in, a document of plain text under headings out."""
