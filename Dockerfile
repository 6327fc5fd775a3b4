# An image of the boot journal, this project's default app; docs/deploy-container.md explains it.

FROM python:3.13-slim AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /venv \
    && /venv/bin/python -m pip install -c constraints.txt --upgrade pip
COPY pyproject.toml README.md LICENSE ./
COPY assembler ./assembler
# The pinned versions, compiled to bytecode here: nothing can be written later. Everything that has C
# in it comes as a wheel, so that no compiler is needed.
RUN /venv/bin/python -m pip install -c constraints.txt --build-constraint constraints.txt '.[compress]' \
    && /venv/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:5001 STATE_DIRECTORY=/data
# The only places that are written to, beside /tmp: the control socket, and the last good profile.
RUN install -d -o 10001 -g 10001 -m 700 /run/assembler /data
WORKDIR /app
COPY --from=builder /venv /venv
COPY pyproject.toml ./
COPY migrations ./migrations
COPY profiles ./profiles
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 5001
STOPSIGNAL SIGTERM
# Whether it lives, not whether it is ready: Swarm replaces what is unhealthy, which does not mend a database.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 5001, timeout=4); c.request('GET', '/health/live'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["assembler"]
CMD ["run", "profiles/production.yaml"]
