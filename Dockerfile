# Build: docker build -t lectern .            (for a server without a GPU)
#        docker build -t lectern --build-arg TORCH=cuda .
# Run:   docker run -e DISCORD_TOKEN -v lectern:/data lectern
FROM python:3.11-slim

ARG TORCH=cpu

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HF_HOME=/data/models \
    LECTERN_DATABASE__URL=sqlite+aiosqlite:////data/lectern.db

WORKDIR /app
SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# What changes least comes first: PyTorch alone, then the other packages, then our code. Their
# versions are pinned in constraints.txt, where the linter does not look.
COPY constraints.txt ./
# hadolint ignore=DL3013
RUN case "$TORCH" in \
        cpu) index=(--index-url https://download.pytorch.org/whl/cpu) ;; \
        cuda) index=() ;; \
        *) echo "TORCH is either cpu or cuda, not $TORCH" >&2; exit 1 ;; \
    esac; \
    pip install "${index[@]}" "$(grep '^torch==' constraints.txt)"

COPY pyproject.toml ./
RUN python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
        print(*project["dependencies"], *project["optional-dependencies"]["web"], sep="\n")' \
        > /tmp/requirements.txt \
    && pip install --constraint constraints.txt --requirement /tmp/requirements.txt \
    && rm /tmp/requirements.txt \
    && useradd --create-home --uid 10001 lectern \
    && install --directory --owner lectern /data

COPY README.md LICENSE ./
COPY migrations ./migrations
COPY bot ./bot
RUN PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
        pip install --no-deps --editable . \
    && python -m compileall -q bot migrations

USER 10001
VOLUME /data

# The heartbeat says whether Discord is connected; the model may still be on its way.
HEALTHCHECK --interval=60s --timeout=10s --start-period=180s \
    CMD ["lectern", "doctor", "--quick"]

# The first signal lets answers end; the bot is gone within 20 seconds, so give it more than
# Docker's ten: docker stop --time 25.
STOPSIGNAL SIGTERM
ENTRYPOINT ["lectern"]
CMD ["run"]
