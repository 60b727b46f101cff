"""Our own side: does our link work, did it change in the middle, and what of a failure is ours and no target's."""
