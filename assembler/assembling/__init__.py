"""Make the Flask app that a plan describes."""
