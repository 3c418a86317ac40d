import { baseName, isCode, isGenerated, lineCount, type Rule } from './rule.ts';

const FILE_LINES = 300;
const PAGE_LINES = 60;
const README_LINES = 120;

/** A file of more than 300 lines holds more than one idea. (Functions: Biome's noExcessiveLinesPerFunction.) */
export const fileSize: Rule = (files) =>
  files
    .filter(({ path, text }) => isCode(path) && !isGenerated(path) && lineCount(text) > FILE_LINES)
    .map(({ path, text }) => ({
      path,
      message: `${lineCount(text)} lines; a file has at most ${FILE_LINES}`,
    }));

/** A page composes parts that have names of their own. */
export const pageSize: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('apps/dashboard/app/') && baseName(path) === 'page.tsx')
    .filter(({ text }) => lineCount(text) >= PAGE_LINES)
    .map(({ path, text }) => ({
      path,
      message: `${lineCount(text)} lines; a page stays under ${PAGE_LINES}`,
    }));

/** A lib's README is its contract: it is there, and short enough to be read. */
export const libReadme: Rule = (files) => {
  const libs = new Set(files.map(({ path }) => /^libs\/([^/]+)\//.exec(path)?.[1]).filter(Boolean));
  return [...libs].flatMap((lib) => {
    const path = `libs/${lib}/README.md`;
    const readme = files.find((file) => file.path === path);
    if (!readme || readme.text.trim() === '') {
      return [{ path, message: 'missing: words, owns, does not own, invariants, when it fails' }];
    }
    const lines = lineCount(readme.text);
    return lines > README_LINES ? [{ path, message: `${lines} lines; at most ${README_LINES}` }] : [];
  });
};
