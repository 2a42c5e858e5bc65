"""What the seats do beyond the common verbs, as plans.

Most of it takes several requests. Each plan says in which order, and is carried on by
being repeated: what stands in Sage, not what a process remembers, says what is left to do.
"""
