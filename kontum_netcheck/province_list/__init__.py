"""From the list that a province keeps in Excel to an inventory: cells, headings, what they say, and the YAML. Pure."""
