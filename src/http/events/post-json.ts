const TIMEOUT_MS = 10_000;

/**
 * POSTs a body and answers the status. Throws where nobody answers within ten seconds. A redirect is an answer like any other: it
 * must not lead to where nobody asked us to call.
 */
export const postJson = async (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> => {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // Nobody reads it, and an unread body keeps its connection.
  await response.body?.cancel();
  return response.status;
};
