/** A form's fields as a tree: `Tags.member.1.Key=a` stands under Tags, member, 1, Key. */
export interface FormNode {
  readonly value: string | undefined;
  readonly children: ReadonlyMap<string, FormNode>;
}

interface GrowingNode extends FormNode {
  value: string | undefined;
  readonly children: Map<string, GrowingNode>;
}

const emptyNode = (): GrowingNode => ({ value: undefined, children: new Map() });

/** Parses a query string or an `application/x-www-form-urlencoded` body into a tree. */
export const parseForm = (text: string): FormNode => {
  const root = emptyNode();
  for (const [key, value] of new URLSearchParams(text)) {
    let node = root;
    for (const part of key.split(".")) {
      const child = node.children.get(part) ?? emptyNode();
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
};

/** A field at the top, such as Action. */
export const fieldOf = (form: FormNode, name: string): string | undefined => form.children.get(name)?.value;

/** Children numbered 1, 2, 3 …, in that order. Gaps are closed, as AWS closes them. */
export const numberedChildren = (node: FormNode): FormNode[] =>
  [...node.children]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, child]) => child);
