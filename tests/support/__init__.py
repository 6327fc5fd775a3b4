"""Real servers, databases and processes for the tests."""
