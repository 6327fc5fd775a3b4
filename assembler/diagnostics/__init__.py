"""What is said to the user: diagnostics, their codes, faults, failures and suggestions."""
