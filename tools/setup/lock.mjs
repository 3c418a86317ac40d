/** A lock between processes of one machine, held by a file that names its owner. Works without dependencies. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** No set-up takes this long; an older lock belongs to a process that is gone and whose number was reused. */
const STALE_MILLISECONDS = 10 * 60 * 1000;
const RETRY_MILLISECONDS = 200;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryToTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Puts a dead owner's lock aside. Renaming first means that of two waiting processes only one removes it. */
function clearIfAbandoned(file) {
  try {
    const ageMilliseconds = Date.now() - statSync(file).mtimeMs;
    const owner = Number(readFileSync(file, 'utf8'));
    // An empty file is one whose owner is between creating it and writing its number.
    const abandoned = owner ? !isAlive(owner) : ageMilliseconds > 5000;
    if (!abandoned && ageMilliseconds < STALE_MILLISECONDS) return;
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/**
 * Waits until `file` is this process's and returns the function that gives it back. It is given back, too,
 * when the process exits or is told to stop.
 */
export async function takeLock(file) {
  while (!tryToTake(file)) {
    clearIfAbandoned(file);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
  const release = () => rmSync(file, { force: true });
  const stop = () => process.exit(130);
  process.on('exit', release).on('SIGINT', stop).on('SIGTERM', stop);
  return () => {
    process.off('exit', release).off('SIGINT', stop).off('SIGTERM', stop);
    release();
  };
}
