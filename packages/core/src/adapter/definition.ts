/**
 * The definition of a tool that an approval binds: name, description and input schema as JSON. A description that is a
 * function depends on the request, and some schemas have no JSON form; both are left out. `inputSchema` may throw.
 */
export async function toolDefinition(
  name: string,
  description: unknown,
  inputSchema: () => unknown,
): Promise<Readonly<Record<string, unknown>>> {
  return { name, ...(typeof description === "string" ? { description } : {}), ...(await jsonOf(inputSchema)) };
}

async function jsonOf(schema: () => unknown): Promise<{ readonly inputSchema?: unknown }> {
  try {
    const text: unknown = JSON.stringify(await schema());
    return typeof text === "string" ? { inputSchema: JSON.parse(text) } : {};
  } catch {
    // the call is decided on its args all the same; the approval then binds name and description
    return {};
  }
}
