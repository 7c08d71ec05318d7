# The bot in a container: no root, nothing written but /data and /tmp. docs/running.md says how.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /tmp yaodian \
    && mkdir /data && chown yaodian /data
COPY --from=build /venv /venv
WORKDIR /app
COPY ingest.py ./
COPY bot ./bot
COPY knowledge ./knowledge
COPY prompts ./prompts
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib \
    YAODIAN_DATA=/data \
    YAODIAN_WEB_HOST=0.0.0.0
USER yaodian
VOLUME /data
EXPOSE 8700
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8700/health', timeout=4)"]
ENTRYPOINT ["python"]
CMD ["-m", "bot", "run"]
