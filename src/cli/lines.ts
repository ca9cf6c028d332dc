/** The lines of a stream of bytes, without their line breaks, as they come. */
export async function* lines(stream: AsyncIterable<Buffer | string>): AsyncIterable<string> {
  // A character may be split between two chunks.
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const whole = rest.split(/\r?\n/);
    rest = whole.pop() ?? "";
    yield* whole;
  }
  if (rest !== "") yield rest;
}
