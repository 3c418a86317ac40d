/** A file as the rules see it: its path from the project's root, with forward slashes, and what it says. */
export interface TreeFile {
  path: string;
  text: string;
}

export interface Violation {
  path: string;
  /** The line at fault, from 1; left out where it is the file as a whole. */
  line?: number;
  message: string;
}

/** One house rule: everything that breaks it, in a tree given as data, so that a test can plant a violation. */
export type Rule = (files: readonly TreeFile[]) => Violation[];

export const isCode = (path: string): boolean => /\.(ts|tsx|mts|mjs|cjs|js)$/.test(path);
export const isTest = (path: string): boolean => /\.test\.tsx?$|^apps\/[^/]+\/test\//.test(path);
export const isGenerated = (path: string): boolean => /(^|\/)generated\//.test(path);
/** The rules name what they forbid, and so do their tests. */
export const isRulebook = (path: string): boolean => path.startsWith('tools/check/');

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Blanks out comments, keeping every line where it is, so that prose is not taken for code. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Blanks out what template literals say, too, but not what they compute: a code sample is text, not code. */
export function withoutSamples(text: string): string {
  return withoutComments(text).replace(/`(?:[^`\\]|\\.)*`/g, (literal) =>
    literal
      .split(/(\$\{[^}]*\})/)
      .map((part) => (part.startsWith('${') ? part : part.replace(/[^\n`]/g, ' ')))
      .join(''),
  );
}

/** A violation for each match of a global pattern, with its line. */
export function findAll(
  file: TreeFile,
  { pattern, text = file.text }: { pattern: RegExp; text?: string },
  message: (found: string) => string,
): Violation[] {
  return [...text.matchAll(pattern)].map((match) => ({
    path: file.path,
    line: text.slice(0, match.index).split('\n').length,
    message: message(match[0]),
  }));
}
