FROM python:3.13-slim
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:5001
WORKDIR /app
COPY pyproject.toml README.md ./
COPY @package@ ./@package@
RUN python -m pip install .
COPY migrations ./migrations
COPY profiles ./profiles
RUN install -d -o 10001 -g 10001 -m 700 /run/assembler /app/instance
USER 10001:10001
EXPOSE 5001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 5001, timeout=4); c.request('GET', '/health/live'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["assembler"]
CMD ["run", "profiles/web.yaml"]
