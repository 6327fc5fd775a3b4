"""Recognize secrets, and mask them."""
