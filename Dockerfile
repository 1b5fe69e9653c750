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

# PyTorch first and alone: it is the largest layer and changes least. Its version is pinned in
# constraints.txt, where the linter does not look.
COPY constraints.txt ./
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3013
RUN index=(); \
    if [ "$TORCH" = cpu ]; then index=(--index-url https://download.pytorch.org/whl/cpu); fi; \
    pip install "${index[@]}" "$(grep '^torch==' constraints.txt)"

COPY pyproject.toml README.md LICENSE ./
COPY migrations ./migrations
COPY bot ./bot
RUN pip install --constraint constraints.txt --editable . \
    && useradd --create-home --uid 10001 lectern \
    && install --directory --owner lectern /data

USER 10001
VOLUME /data

HEALTHCHECK --interval=60s --timeout=10s --start-period=180s \
    CMD ["lectern", "doctor", "--quick"]

# The first signal lets answers end; the bot is gone within 20 seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["lectern"]
CMD ["run"]
