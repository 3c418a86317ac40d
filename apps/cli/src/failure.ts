import { CommanderError } from 'commander';
import { DomainError, SettingError } from '#common';

/** Why a command did not do what it was asked: a code for programs, a sentence for people. */
export class CommandFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** PostgreSQL's "undefined_table" and "undefined_function": nothing of ours is in that database yet. */
const NOT_MIGRATED = new Set(['42P01', '42883']);
const UNREACHABLE = /^(E[A-Z_]+|08\w{3}|28\w{3}|3D000|57P0\d|53300)$/;

/** The settings reader's list of problems as one sentence. */
const problemsOf = (error: SettingError) =>
  error.message
    .split(/\n\s*- /)
    .slice(1)
    .join('; ');

/** Any thrown value as one code and one line, without a stack. */
export function describeFailure(error: unknown): { code: string; message: string } {
  const { code, message } = failureOf(error);
  return { code, message: message.replace(/\s+/g, ' ').trim() };
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof CommandFailure) return error;
  if (error instanceof DomainError) return { code: error.code, message: error.publicMessage };
  if (error instanceof SettingError) return { code: 'wrong_setting', message: problemsOf(error) };
  if (error instanceof CommanderError) {
    if (error.code === 'commander.help') {
      return { code: 'wrong_usage', message: 'Say which command; --help lists them.' };
    }
    return { code: 'wrong_usage', message: error.message.replace(/^error: /, '') };
  }
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (NOT_MIGRATED.has(code)) {
    return { code: 'database_unavailable', message: 'The database is not set up yet: run npm run migrate.' };
  }
  if (UNREACHABLE.test(code)) {
    return { code: 'database_unavailable', message: `The database cannot be used: ${message || code}.` };
  }
  return { code: 'failed', message };
}
