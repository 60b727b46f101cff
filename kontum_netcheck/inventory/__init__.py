"""What a person typed: loaded, located, checked."""
