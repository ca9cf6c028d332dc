/** @typedef {Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>} Moves */

/**
 * Every state table of Berth; a test finds one that is missing here.
 * @typedef {object} StateTable
 * @property {string} title
 * @property {string} file below src, without its ending
 * @property {string} name of the table it exports
 * @property {string} about
 */

/** @type {readonly StateTable[]} */
export const STATE_TABLES = [
  {
    title: "A task",
    file: "fleet/model/task",
    name: "TASK_MOVES",
    about:
      "One way only, within one attempt. A plain task on a host passes PENDING, RUNNING, STOPPING and STOPPED, and begins as PENDING: " +
      "it is placed before it is made. PROVISIONING is for what must be made before a host can start it; ACTIVATING, DEACTIVATING and " +
      "DEPROVISIONING for what takes part outside the host. Nothing does yet, so no task is seen in those four.",
  },
  {
    title: "A service deployment",
    file: "ecs/model/service/states",
    name: "SERVICE_DEPLOYMENT_MOVES",
    about:
      "SUCCESSFUL is final: a deployment that is gone back to keeps it, and is thereby found. PENDING is never seen: the scheduler begins at once.",
  },
  {
    title: "A job",
    file: "batch/model/states",
    name: "JOB_MOVES",
    about:
      "A job that is no array, and a child of one. Backward only where a new attempt opens. An attempt that ends before it was seen running " +
      "goes on from STARTING.",
  },
  {
    title: "An array's parent",
    file: "batch/model/states",
    name: "ARRAY_MOVES",
    about:
      "It runs nothing itself: PENDING while its dependencies or its children last, then judged by how those ended.",
  },
];

const HEAD = `# States

Printed by \`node scripts/print-states.mjs\` from the tables the code runs on; do not edit it. For each status: what each event
leads to. Where there is no entry there is no such move: a command is refused, a late observation is dropped.`;

/**
 * @param {(file: string) => Promise<any>} load a module below src, by its path without ending
 * @returns {Promise<string>} the page, in Markdown
 */
export async function statesPage(load) {
  const sections = [];
  for (const table of STATE_TABLES) sections.push(section(table, (await load(table.file))[table.name]));
  return `${[HEAD, ...sections].join("\n\n")}\n`;
}

/**
 * @param {StateTable} table
 * @param {Moves} moves
 */
const section = ({ title, file, name, about }, moves) =>
  [`## ${title}`, `\`${name}\` in \`src/${file}.ts\`. ${about}`, grid(moves), diagram(moves)].join("\n\n");

/** @param {Moves} moves */
function grid(moves) {
  const events = [...new Set(Object.values(moves).flatMap((row) => Object.keys(row)))];
  const rows = Object.entries(moves).map(([from, row]) => [from, ...events.map((event) => row[event] ?? "")]);
  const table = [["status", ...events], ...rows];
  // The columns are as wide as the formatter makes them, so that the page is right as it is printed.
  const widths = ["status", ...events].map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head, ...body] = table.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

/** @param {Moves} moves */
function diagram(moves) {
  const arrows = Object.entries(moves).flatMap(([from, row]) =>
    Object.entries(row).map(([event, to]) => `  ${from} --> ${to}: ${event}`),
  );
  const ends = Object.keys(moves).filter((status) => Object.keys(moves[status] ?? {}).length === 0);
  const lines = [...arrows, ...ends.map((status) => `  ${status} --> [*]`)];
  return ["```mermaid", "stateDiagram-v2", ...lines, "```"].join("\n");
}
