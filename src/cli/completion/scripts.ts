import type { CompletionNode, CompletionWord } from "./tree.ts";

type Script = (nodes: readonly CompletionNode[]) => string;

const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const key = ({ path }: CompletionNode): string => path.join(" ");
const branches = (nodes: readonly CompletionNode[]): string =>
  nodes
    .filter(({ path }) => path.length > 0)
    .map((node) => `"${key(node)}"`)
    .join("|");

/** Walks the words before the cursor down the tree, into `where`. Both bash and zsh read it. */
const walk = (nodes: readonly CompletionNode[]): string => `    case "\${where:+$where }$word" in
      ${branches(nodes)}) where="\${where:+$where }$word" ;;
    esac`;

const choicesOf = (nodes: readonly CompletionNode[]): CompletionWord[] =>
  nodes.flatMap(({ words }) => words.filter(({ choices }) => choices));

const bash: Script = (nodes) => `# Completion for berth. Use: eval "$(berth completion bash)"
_berth() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" where="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = "--" ] && return
${walk(nodes)}
  done
  case "$before" in
${choicesOf(nodes)
  .map(
    ({ word, choices = [] }) =>
      `    ${word}) COMPREPLY=($(compgen -W ${single(choices.join(" "))} -- "$cur")); return ;;`,
  )
  .join("\n")}
  esac
  case "$where" in
${nodes.map((node) => `    "${key(node)}") COMPREPLY=($(compgen -W ${single(node.words.map(({ word }) => word).join(" "))} -- "$cur")) ;;`).join("\n")}
  esac
}
complete -F _berth berth`;

const described = ({ word, description }: CompletionWord): string =>
  single(`${word.replaceAll(":", "\\:")}:${description}`);

const zsh: Script = (nodes) => `#compdef berth
# Completion for berth. Use: eval "$(berth completion zsh)"
_berth() {
  local where="" word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" = "--" ]] && return
${walk(nodes)}
  done
  case "\${words[CURRENT-1]}" in
${choicesOf(nodes)
  .map(({ word, choices = [] }) => `    ${word}) choices=(${choices.map(single).join(" ")}) ;;`)
  .join("\n")}
    *) case "$where" in
${nodes.map((node) => `      "${key(node)}") choices=(${node.words.map(described).join(" ")}) ;;`).join("\n")}
    esac ;;
  esac
  _describe 'berth' choices
}
compdef _berth berth`;

const fishCondition = ({ path }: CompletionNode, nodes: readonly CompletionNode[]): string => {
  const under = nodes.filter(
    (node) => node.path.length === path.length + 1 && path.every((step, at) => node.path[at] === step),
  );
  const names = under.map(({ path: full }) => full.at(-1)).join(" ");
  const isHere = path.map((step) => `__fish_seen_subcommand_from ${step}`);
  const isNotDeeper = names ? [`not __fish_seen_subcommand_from ${names}`] : [];
  return [...isHere, ...isNotDeeper].join("; and ");
};

const fishWord = (
  node: CompletionNode,
  { word, description, choices }: CompletionWord,
  nodes: readonly CompletionNode[],
): string => {
  const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
  const values = choices ? ` -x -a ${single(choices.join(" "))}` : "";
  return `complete -c berth -f -n ${single(fishCondition(node, nodes))} ${what}${values} -d ${single(description)}`;
};

const fish: Script = (nodes) =>
  [
    "# Completion for berth. Use: berth completion fish | source",
    ...nodes.flatMap((node) => node.words.map((word) => fishWord(node, word, nodes))),
  ].join("\n");

export const COMPLETION_SCRIPTS = { bash, zsh, fish } as const;
