"""The ways in beside the command line: the WSGI entry and the `flask` command."""
