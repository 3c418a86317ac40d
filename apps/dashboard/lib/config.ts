interface DashboardConfig {
  /** Where the API answers this server, on loopback or inside the cluster. */
  apiInternalUrl: string;
}

let parsed: DashboardConfig | undefined;

/**
 * The dashboard's settings, read from the environment once, when first asked for: a build has none.
 * @throws Error that names the setting whose value cannot be used.
 */
export function config(): DashboardConfig {
  parsed ??= { apiInternalUrl: httpUrl('API_INTERNAL_URL', 'http://127.0.0.1:3000') };
  return parsed;
}

function httpUrl(name: string, fallback: string): string {
  const value = process.env[name] || fallback;
  const url = URL.parse(value);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`${name} must be an http or https address, but is "${value}"`);
  }
  return url.origin;
}
