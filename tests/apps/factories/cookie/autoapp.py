"""Create an application instance."""
from cookie.app import create_app

app = create_app()
