# The programs that argo/workflows needs on the PATH: bash, git, gh, tar, Node, the Codex CLI and
# its wrapper. Extend it with the tools that build and test your repositories.
#
#   docker build -f deploy/runner.Dockerfile -t codex-runner:1 .
FROM node:24.21.0-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates gh git \
 && rm -rf /var/lib/apt/lists/*
# The version that the wrapper was tested with. It has no install script.
RUN npm install --global --ignore-scripts @openai/codex@0.169.0
COPY --chmod=755 services/notify/gen/codex-notify.mjs /usr/local/bin/codex-notify
USER node
