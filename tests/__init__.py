"""The tests of assembler: one file a module, on real parts."""
