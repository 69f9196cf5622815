# syntax=docker/dockerfile:1
# Two stages: the environment is built from the lock file, the image that runs holds no build tool.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY .ci/uv.txt ./uv.txt
RUN python -m pip install --no-cache-dir --require-hashes -r uv.txt
COPY pyproject.toml uv.lock README.md LICENSE NOTICE ./
ENV UV_PROJECT_ENVIRONMENT=/opt/mast UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
RUN uv sync --frozen --no-dev --no-install-project
COPY resolver resolver
COPY intake intake
COPY graph graph
COPY analytics analytics
COPY api api
COPY console console
COPY fixtures fixtures
COPY cypher cypher
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin mast && install -d -o mast -m 0700 /data
COPY --from=build /opt/mast /opt/mast
ENV PATH=/opt/mast/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER mast
EXPOSE 8000
VOLUME /data
ENTRYPOINT ["mast"]
CMD ["serve", "--host", "0.0.0.0"]
