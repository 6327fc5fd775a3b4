"""A store, as what knows nothing of how it is assembled: models, views and tasks."""
