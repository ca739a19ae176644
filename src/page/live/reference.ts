/**
 * The reference of the API at /docs: the script of Scalar, which came before this one, draws the document of this server.
 * Files and TimeMaps are left out, since each is that of a read at another address; the document has them all.
 */
async function drawReference(): Promise<void> {
  const answer = await fetch('/openapi.json');
  const { paths, tags, ...document } = (await answer.json()) as ApiDocument;
  const isShown = (tag: string | undefined) => tag !== 'export' && tag !== 'timemap';
  const shown = Object.entries(paths).filter(([, methods]) => isShown(Object.values(methods)[0]?.tags[0]));
  const content = { ...document, tags: tags.filter(({ name }) => isShown(name)), paths: Object.fromEntries(shown) };
  const configuration = {
    content,
    servers: [{ url: location.origin }],
    // Nothing is asked of another host.
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    // One for each type of fact and event: they stand where they are used.
    hideModels: true,
    persistAuth: false,
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  };
  const { Scalar } = globalThis as unknown as ScalarScript;
  Scalar.createApiReference('#reference', configuration);
}

type ApiDocument = {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags: readonly string[] }>>>>;
};

type ScalarScript = {
  readonly Scalar: { readonly createApiReference: (place: string, configuration: object) => void };
};

void drawReference();
