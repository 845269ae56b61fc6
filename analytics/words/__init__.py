"""A result in the words of its reader: headlines, reasons, labels; one file an area, the same for page and slide."""
