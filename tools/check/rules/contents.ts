import {
  baseName,
  findAll,
  isCode,
  isRulebook,
  isTest,
  type Rule,
  withoutComments,
  withoutSamples,
} from './rule.ts';

/** Settings are read and judged once, at boot, in one file of each app. The system's own variables are no settings. */
export const settingsInOnePlace: Rule = (files) =>
  files
    .filter(({ path }) => isCode(path) && /^(apps|libs)\//.test(path))
    .filter(
      ({ path }) =>
        !isTest(path) && !path.includes('/testing/') && !/(^|\.)config\.\w+$/.test(baseName(path)),
    )
    .flatMap((file) =>
      findAll(
        file,
        { pattern: /process\.env(?!\.(PATH|SystemRoot)\b)/g, text: withoutSamples(file.text) },
        () => 'process.env is read in config.ts alone',
      ),
    );

/** A test left alone hides all the others. */
export const noFocusedTest: Rule = (files) =>
  files
    .filter(({ path }) => isTest(path) && !isRulebook(path))
    .flatMap((file) =>
      findAll(
        file,
        {
          pattern: /\b(it|test|describe)(\.concurrent)?\.only\b|\b(fit|fdescribe)\(/g,
          text: withoutComments(file.text),
        },
        (found) => `${found} hides the other tests`,
      ),
    );

/** What is left to do is an issue, with a reader. */
export const noLeftovers: Rule = (files) =>
  files
    .filter(({ path }) => !isRulebook(path))
    .flatMap((file) =>
      findAll(file, { pattern: /\b(TODO|FIXME)\b/g }, (found) => `${found}: do it or file an issue`),
    );

/** Money and its windows follow the database's clock; a process's own clock may be minutes away from it. */
export const databaseTime: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('libs/billing/') && isCode(path) && !isTest(path))
    .flatMap((file) =>
      findAll(
        file,
        { pattern: /\bDate\.now\(|\bnew Date\(\)/g, text: withoutComments(file.text) },
        (found) => `${found}…: money's times come from the database's clock`,
      ),
    );

/** A folder of somebody's machine is nobody else's. Temporary folders come from os.tmpdir(). */
const machinePath = /(?<![\w.~:/-])\/(home|Users|root|work|mnt|tmp)\/[\w.]+/g;
const address = /https?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio|mirror)[\w.-]*/gi;

export const noWorkplace: Rule = (files) =>
  files
    .filter(({ path }) => !isRulebook(path))
    .flatMap((file) => [
      ...findAll(file, { pattern: machinePath }, (found) => `${found} is a path of one machine`),
      ...findAll(file, { pattern: address }, (found) => `${found} is a registry of one machine`),
      // Where packages come from is each machine's own business; .npmrc keeps it out of the lock.
      ...(baseName(file.path) === 'package-lock.json'
        ? findAll(file, { pattern: /"resolved": "https?:[^"]+"/g }, (found) => found)
        : []),
    ]);
