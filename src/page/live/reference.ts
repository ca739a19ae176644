/** The reference of the API at /docs: the script of Scalar, which came before this one, draws the document of this server. */
function drawReference(): void {
  const configuration = {
    url: '/openapi.json',
    servers: [{ url: location.origin }],
    // Nothing is asked of another host.
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    persistAuth: false,
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  };
  const { Scalar } = globalThis as unknown as ScalarScript;
  Scalar.createApiReference('#reference', configuration);
}

type ScalarScript = {
  readonly Scalar: { readonly createApiReference: (place: string, configuration: object) => void };
};

drawReference();

export {};
