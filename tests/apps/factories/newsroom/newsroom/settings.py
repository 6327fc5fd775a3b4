import os

SECRET_KEY = os.environ.get("SECRET_KEY", "newsroom")
CELERY = {
    "broker_url": os.environ.get("BROKER_URL", "memory://"),
    "task_ignore_result": True,
}
LIMITS = ["100 per minute"]
