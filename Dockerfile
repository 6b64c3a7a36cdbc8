# One image for API, worker and the jobs of the command line. No fonts and no packages of the system are needed:
# papers are set in the fonts that typst brings.
FROM python:3.11-slim-bookworm AS libraries
WORKDIR /build
COPY requirements.lock deploy/runtime_requirements.py ./
RUN python runtime_requirements.py requirements.lock > runtime.lock \
 && python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r runtime.lock

FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY assets/ assets/
RUN node assets/build.mjs

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 hotline \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin hotline \
 && install --directory --owner 10001 --group 10001 --mode 700 /var/lib/hotline \
 && pip uninstall --yes --quiet --root-user-action ignore pip setuptools wheel
WORKDIR /app
COPY --from=libraries /opt/venv /opt/venv
COPY domain/ domain/
COPY workflows/ workflows/
COPY activities/ activities/
COPY store/ store/
COPY infra/ infra/
COPY api/ api/
COPY --from=assets /build/api/pages/assets/ api/pages/assets/
COPY audit/ audit/
COPY sandbox/ sandbox/
COPY examples/ examples/
COPY cli/ cli/
COPY templates/ templates/
COPY worker.py ./
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "cli"]
CMD ["--help"]
