"""Pages of the kernel: fetch and authorise, form, action, redirect."""
