/**
 * What Batch costs over raw BullMQ on the same Redis (append-only, a sync before each answer), in turns, without containers.
 *
 *   npm run bench -- batch                       all; --only submit,drain,children,http takes some
 *   npm run bench -- batch --rounds 3 --jobs 100000 --children 1000000
 */
import { parseArgs } from "node:util";
import { children } from "./batch/children.ts";
import { drain } from "./batch/drain.ts";
import { http } from "./batch/http.ts";
import { submit } from "./batch/submit.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "submit,drain,children,http" },
    rounds: { type: "string", default: "3" },
    jobs: { type: "string", default: "100000" },
    children: { type: "string", default: "1000000" },
  },
});
const only = values.only.split(",");
const sizes = { rounds: Number(values.rounds), jobs: Number(values.jobs), children: Number(values.children) };

const teardowns: (() => unknown)[] = [];
const owner = {
  teardown: (teardown: () => unknown) => void teardowns.unshift(teardown),
  passing: () => true,
  comment: console.error,
};
try {
  if (only.includes("submit")) await submit(owner, sizes);
  if (only.includes("drain")) await drain(owner, sizes);
  if (only.includes("children")) await children(owner, sizes);
  if (only.includes("http")) await http(owner, sizes);
} finally {
  for (const teardown of teardowns) await teardown();
}
