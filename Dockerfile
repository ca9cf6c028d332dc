# Berth alone; compose.yaml puts Redis and Distribution beside it. Not tried: see there.
FROM node:20-bookworm-slim AS build
WORKDIR /berth
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
# Installs the packages of the lock file and builds dist/.
RUN node scripts/build.mjs && npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /berth
ENV NODE_ENV=production
COPY --from=build /berth/package.json ./
COPY --from=build /berth/node_modules node_modules
COPY --from=build /berth/dist dist
CMD ["node", "dist/main.js"]
