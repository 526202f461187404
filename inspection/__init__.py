"""The workshop and stage 3: do the work, check it, show it, tell the customer."""
