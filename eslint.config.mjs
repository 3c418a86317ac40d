import tseslint from 'typescript-eslint';

// Biome does the rest; these two rules need types. A promise nobody waits for loses its error and its order.
export default tseslint.config(
  { ignores: ['**/dist/', '**/.next/', '**/generated/', 'apps/dashboard/next-env.d.ts'] },
  {
    files: ['{apps,libs,tools}/**/*.{ts,tsx}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // React gives an async event handler's error to nobody either way; the handler itself is checked above.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
);
