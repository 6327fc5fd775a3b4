"""Feed the linter what nobody would write, and see that it says so and nothing worse.

``target`` is what must hold for any bytes; ``mutation`` makes them of real profiles, ``dense`` of
one thing that stands very often; ``engines`` are the ways to choose; ``worker`` runs one engine in
a process of its own, which ``campaign`` watches. `make fuzz` is the long run,
``tests/fuzz/test_fuzz.py`` the short one.
"""
