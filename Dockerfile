# One exact version for every stage. Its publisher can still push other bytes under the same tag. To pin the bytes, add
# the digest that `docker buildx imagetools inspect node:26.10.0-trixie-slim` prints: node:26.10.0-trixie-slim@sha256:…
FROM node:26.10.0-trixie-slim AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
# Install optional packages: the bundler's binary for this platform is one.
RUN npm ci --ignore-scripts --no-audit --no-fund
# The build describes the API with examples from the seeds.
COPY scripts/build.js scripts/openapi.ts scripts/openapi-examples.ts ./scripts/
COPY seeds ./seeds
COPY src ./src
RUN node scripts/build.js

FROM base AS dependencies
COPY package.json package-lock.json ./
# The image brings Node, so the optional package is not needed. None of the other packages has an install script.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM base
LABEL org.opencontainers.image.title="Partnership Ledger" \
      org.opencontainers.image.description="Replays articles on sponsorship deals as domain events, as of any date" \
      org.opencontainers.image.licenses="MIT"
ENV HOST=0.0.0.0 \
    DATA_DIR=/data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY deploy/health-check.js ./deploy/
COPY bin ./bin
COPY seeds ./seeds
COPY --from=build /app/dist ./dist
# A new volume takes its owner from here. The server writes nowhere else.
RUN install --directory --owner=node --group=node --mode=0700 /data /access
VOLUME /data
# The user node, by number: an orchestrator can see that it is not root.
USER 1000:1000
EXPOSE 3000
# The first start numbers all events of the store before it answers, some 30,000 a second.
HEALTHCHECK --interval=5s --timeout=5s --start-period=5m --retries=3 CMD ["node", "deploy/health-check.js"]
# No shell and no npm in between, so node itself gets the signal to stop.
CMD ["node", "--enable-source-maps", "dist/main.js"]
