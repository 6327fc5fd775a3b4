"""A newsletter: mails go out by Celery, and what hangs on the app itself are its clients."""
