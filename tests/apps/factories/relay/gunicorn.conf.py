import multiprocessing
import os

bind = "0.0.0.0:" + os.environ.get("PORT", "8080")
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() * 2 + 1))
worker_class = "gevent"
worker_connections = 500
timeout = 60
graceful_timeout = 30
keepalive = 5
accesslog = "-"
max_requests = 1000
max_requests_jitter = 50


def post_fork(server, worker):
    server.log.info("worker spawned (pid: %s)", worker.pid)
