"""Feed the linter what nobody would write, and see that it says so and nothing worse.

``target`` is what must hold for any bytes; ``mutation`` makes them of real profiles; ``engines``
are the three ways to choose them; ``worker`` runs one engine in a process of its own, which
``campaign`` watches. `make fuzz` is the long run, ``tests/test_fuzz.py`` the short one.
"""
