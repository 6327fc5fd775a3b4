"""What the broken profiles of a blog name: only what is wrong with them is to be reported."""
