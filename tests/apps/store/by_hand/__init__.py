"""The store, assembled by hand: one module for each thing that an app is given."""
