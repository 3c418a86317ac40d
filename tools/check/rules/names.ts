import {
  baseName,
  findAll,
  isCode,
  isGenerated,
  isRulebook,
  isTest,
  type Rule,
  withoutComments,
} from './rule.ts';

const roles =
  'module|service|repository|entity|controller|commands|dto|job|errors|events|filter|guard|settings|endpoint|harness|test|db\\.test|api\\.test';
const named = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${roles}))*\\.(ts|tsx|mts|mjs|cjs)$`);
/** Names a tool demands. */
const demanded = /^([a-z.-]+\.config|\.dependency-cruiser|[a-z-]+\.d)\.(ts|mjs|cjs)$/;

/** kebab-case plus a role, so that a file is found by its name. */
export const fileNames: Rule = (files) =>
  files
    .filter(({ path }) => isCode(path))
    .flatMap(({ path }) => {
      const folders = path.split('/').slice(0, -1);
      // The dashboard's folders are routes; Next gives (groups) and [parameters] their form.
      const badFolder = folders.find((name) => !/^\.?[a-z0-9]+(-[a-z0-9]+)*$/.test(name));
      if (badFolder && !path.startsWith('apps/dashboard/app/')) {
        return [{ path, message: `folder ${badFolder} is not kebab-case` }];
      }
      const name = baseName(path);
      if (named.test(name) || demanded.test(name)) return [];
      return [
        {
          path,
          message: `not kebab-case with a known role (${roles.replaceAll('\\', '').replaceAll('|', ', ')})`,
        },
      ];
    });

const emptyWords = /^(utils?|helpers?|misc|managers?)$/;

/** A name that would fit any file says nothing about this one. */
export const emptyNames: Rule = (files) =>
  files
    .filter(({ path }) => isCode(path) && !isGenerated(path))
    .flatMap(({ path }) => {
      const parts = path.replace(/\.[a-z]+$/, '').split('/');
      const empty = parts.flatMap((part) => part.split(/[-.]/)).find((word) => emptyWords.test(word));
      const found = empty ?? parts.find((part) => part === 'types');
      return found ? [{ path, message: `"${found}" says nothing; name the idea` }] : [];
    });

/** Word by word: creditWallet_id is credit, wallet, id. */
function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_$]+/);
}

const ourWord = new Map(
  Object.entries({
    wallet: 'account or balance',
    wallets: 'accounts',
    quota: 'limit or budget',
    quotas: 'limits',
    funds: 'credits',
    lot: 'grant',
    lots: 'grants',
  }),
);

/** The wire's own word, which OpenAI's clients look for. */
const wireWords = new Set(['insufficient_quota']);

/** One word per idea. "a lot" in a sentence is not an idea of ours, so `lot` counts only inside or as a name. */
export const synonyms: Rule = (files) =>
  files
    .filter(({ path }) => isCode(path) || /^apps\/dashboard\/messages\/en\.json$/.test(path))
    // A test may quote other servers, and the sandbox is one.
    .filter(({ path }) => !isTest(path) && !isRulebook(path) && !isGenerated(path))
    .filter(({ path }) => !path.startsWith('apps/sandbox/'))
    .flatMap((file) => {
      const text = withoutComments(file.text);
      return findAll(file, { pattern: /[A-Za-z_$][\w$]*/g, text }, (name) => name).flatMap((found) => {
        const identifier = found.message;
        const word = wordsOf(identifier).find((one) => ourWord.has(one));
        if (!word || wireWords.has(identifier)) return [];
        if (/^lots?$/i.test(identifier)) {
          const line = text.split('\n')[(found.line ?? 1) - 1] ?? '';
          const isName = new RegExp(
            `(const|let|class|interface|type|table|from|into|join)\\s+${identifier}\\b`,
            'i',
          );
          if (!isName.test(line) && !new RegExp(`\\b${identifier}\\??\\s*[:=.(]`).test(line)) return [];
        }
        return [{ ...found, message: `"${identifier}": our word is ${ourWord.get(word)}` }];
      });
    });

/** One folder, in order, each migration saying whose it is. */
export const migrationNames: Rule = (files) => {
  const modules = new Set(files.map(({ path }) => /^libs\/([^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const seen = new Set<string>();
  return files
    .filter(({ path }) => /\/migrations\/[^/]+\.ts$/.test(path))
    .flatMap(({ path }) => {
      if (baseName(path) === 'index.ts' || isTest(path)) return [];
      if (!path.startsWith('libs/database/src/migrations/')) {
        return [{ path, message: 'migrations live in libs/database/src/migrations' }];
      }
      const [, timestamp, module] = /^(\d{14})-([a-z]+)-[a-z0-9-]+\.ts$/.exec(baseName(path)) ?? [];
      if (!timestamp || !module)
        return [{ path, message: 'a migration is named <timestamp>-<module>-<what>.ts' }];
      if (!modules.has(module)) return [{ path, message: `there is no module ${module}` }];
      if (seen.has(timestamp)) return [{ path, message: `timestamp ${timestamp} is taken` }];
      seen.add(timestamp);
      return [];
    });
};
