/** A setting that is missing or wrong; the message names it and says what is allowed. */
export class SettingError extends Error {}

/**
 * Reads settings from an environment, each with its form and default. Everything wrong is gathered, so that a start
 * fails once and names it all.
 */
export class SettingsReader {
  private readonly problems: string[] = [];

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  text(name: string): string | undefined;
  text(name: string, fallback: string): string;
  text(name: string, fallback?: string): string | undefined {
    const value = this.environment[name];
    return value === undefined || value === '' ? fallback : value;
  }

  /** A required text; an empty one is a problem. */
  required(name: string, why: string): string {
    const value = this.text(name);
    if (value === undefined) this.problems.push(`${name} is required: ${why}`);
    return value ?? '';
  }

  integer(name: string, range: { fallback: number; least: number; most: number }): number {
    const text = this.text(name);
    if (text === undefined) return range.fallback;
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= range.least && value <= range.most) return value;
    this.problems.push(
      `${name} is "${text}"; it must be a whole number from ${range.least} to ${range.most}`,
    );
    return range.fallback;
  }

  choice<T extends string>(name: string, options: { fallback: T; among: readonly T[] }): T {
    const text = this.text(name);
    if (text === undefined) return options.fallback;
    if ((options.among as readonly string[]).includes(text)) return text as T;
    this.problems.push(`${name} is "${text}"; it must be one of ${options.among.join(', ')}`);
    return options.fallback;
  }

  /** An http(s) address without a trailing slash. */
  url(name: string): string | undefined;
  url(name: string, fallback: string): string;
  url(name: string, fallback?: string): string | undefined {
    const text = this.text(name, fallback as string);
    if (text === undefined) return undefined;
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed && ['http:', 'https:'].includes(parsed.protocol) && !parsed.username)
      return text.replace(/\/+$/, '');
    // The value may carry a password and is not repeated.
    this.problems.push(`${name} must be an http or https address without a user name in it`);
    return fallback;
  }

  list(name: string): string[] {
    const text = this.text(name, '');
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Adds a problem that two settings make together. */
  refuse(problem: string): void {
    this.problems.push(problem);
  }

  /** @throws SettingError naming everything wrong */
  done(): void {
    if (this.problems.length > 0)
      throw new SettingError(`Cannot start:\n  - ${this.problems.join('\n  - ')}`);
  }
}
