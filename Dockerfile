# One image for each task: docker build --build-arg TASK=detect --tag customer-orders/detect:1.0.0 .
# `npm run images` builds them all. The bundle is the same layer in every image; only the entry differs.
ARG BASE_IMAGE=node:24-bookworm-slim

# Refuses a missing or unknown task before anything slow begins, and links the entry to it.
FROM ${BASE_IMAGE} AS entry
ARG PART=tasks
ARG TASK
COPY tasks /source/tasks
COPY local /source/local
RUN if [ -z "$TASK" ]; then \
      echo "Build argument TASK is missing: say which task the image runs, as in --build-arg TASK=detect" >&2; exit 1; \
    elif [ ! -f "/source/$PART/$TASK/index.ts" ]; then \
      echo "There is no $PART/$TASK/index.ts: TASK must name one of:" $(ls /source/$PART) >&2; exit 1; \
    fi; \
    mkdir /entry && ln -s "../dist/$PART/$TASK/index.js" /entry/index.js

FROM ${BASE_IMAGE} AS init
RUN apt-get update && apt-get install --yes --no-install-recommends tini

FROM ${BASE_IMAGE} AS build
WORKDIR /source
COPY package.json package-lock.json LICENSE ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build.js scripts/bill-of-materials.js scripts/parsed-mappings.js scripts/revision.js scripts/
COPY sql sql
COPY shared shared
COPY tasks tasks
COPY local local
ARG PART=tasks
RUN node scripts/build.js "$PART"

# What all images share.
FROM ${BASE_IMAGE} AS app
COPY --from=init /usr/bin/tini-static /usr/local/bin/tini
COPY --from=build /source/dist /app/dist
# The bundle is ESM: without this file Node would have to guess for each module.
COPY --from=build /source/package.json /app/package.json
# What the heap leaves is for row buffers and the Parquet writer, which live outside it. Its part for new objects would
# grow to 128 MB in a task that streams rows, for a twentieth of its time.
ENV NODE_ENV=production NODE_OPTIONS="--max-old-space-size-percentage=60 --max-semi-space-size=16"
# Node keeps compiled code by user, path and version: filled here once, only read from then on. Help loads little of it.
# Another user, as the runbook's co, has none of it, cannot write it, and starts a little slower.
ENV NODE_COMPILE_CACHE=/app/compiled
RUN install --directory --owner=1000 /app/compiled
USER 1000:1000
RUN for entry in /app/dist/*/*/index.js; do node "$entry" --help >/dev/null || exit 1; done
RUN node --input-type=module --eval "import { readdirSync } from 'node:fs'; for (const name of readdirSync('/app/dist/chunks')) if (name.endsWith('.js')) await import('/app/dist/chunks/' + name);"

FROM app
ARG TASK
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="customer-orders/${TASK}" \
      org.opencontainers.image.description="customer-orders: the ${TASK} task" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
# What --version tells.
ENV CUSTOMER_ORDERS_REVISION=${REVISION}
COPY --from=entry /entry /app/entry
# Absolute: Kestra replaces the working directory.
ENTRYPOINT ["/usr/local/bin/tini", "--", "/usr/local/bin/node", "/app/entry/index.js"]
