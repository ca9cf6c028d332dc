/** How many letters must be changed, added or dropped to make one text of the other. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [y, letter] of [...from].entries()) {
    const next = [y + 1];
    for (const [x, other] of [...to].entries()) {
      next.push(Math.min(row[x]! + (letter === other ? 0 : 1), row[x + 1]! + 1, next[x]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
};

/** The known name that was most likely meant, or `undefined` where none is close. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  return best && best.away <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
};
