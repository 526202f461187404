"""The facts behind the figures of a period: one statement a subject, each led by an index on (store, time)."""
