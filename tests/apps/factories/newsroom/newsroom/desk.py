from celery import shared_task
from flask import Blueprint

bp = Blueprint("desk", __name__)


@shared_task
def publish(story):
    return story.upper()


@bp.route("/health")
def health():
    return "ok"


@bp.route("/stories", methods=["POST"])
def create():
    return {"state": "queued"}


def trace():
    print("traced")
