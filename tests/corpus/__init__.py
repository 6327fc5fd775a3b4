"""What really happens when a profile is booted, recorded beside what `lint` says of it."""
