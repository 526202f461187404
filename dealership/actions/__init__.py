"""Every write of the kernel: the object first, all else keyword-only, one transaction, returns what it made."""
