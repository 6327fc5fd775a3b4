"""A console for operators: what must happen before the app, around it, and by variable."""
