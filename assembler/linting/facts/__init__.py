"""Say of planned profiles what several rules ask, and what stands behind it in the modules."""
