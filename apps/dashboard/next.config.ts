import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

// One package.json serves the whole repository, so traced files start at its root, two folders up.
const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const nextConfig: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  // The front door (or the ingress before it) compresses; doing it twice only costs time.
  compress: false,
  poweredByHeader: false,
  // Titles and descriptions belong in the head of the first bytes, also for readers without script.
  htmlLimitedBots: /.*/,
};

export default createNextIntlPlugin('./i18n/request.ts')(nextConfig);
