"""How history and differences are shown: pages for people, rows for CSV, documents for programs. Pure."""
