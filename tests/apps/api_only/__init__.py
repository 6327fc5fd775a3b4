"""An API without pages: a Flask subclass, JSON errors, and no static folder."""
