import type { Locator, Page } from 'playwright-core';
import type { Locale } from '../i18n/locale';
import { words } from './words';

/** A reader's hand on a page, in their language. It counts what it does. */
export class Hand {
  clicks = 0;
  fields = 0;
  readonly say: ReturnType<typeof words>;

  constructor(
    readonly page: Page,
    locale: Locale,
  ) {
    this.say = words(locale);
  }

  async click(target: Locator): Promise<void> {
    await target.click();
    this.clicks += 1;
  }

  /** Presses the button of this message. */
  press(message: string, within: Page | Locator = this.page): Promise<void> {
    return this.click(within.getByRole('button', { name: this.say(message), exact: true }));
  }

  follow(message: string, within: Page | Locator = this.page): Promise<void> {
    return this.click(within.getByRole('link', { name: this.say(message), exact: true }));
  }

  async type(message: string, text: string): Promise<void> {
    await this.page.getByLabel(this.say(message), { exact: true }).fill(text);
    this.fields += 1;
  }

  async choose(message: string, value: string): Promise<void> {
    await this.page.getByRole('combobox', { name: this.say(message), exact: true }).selectOption(value);
    this.clicks += 1;
  }

  /** To a page of the rail, which stands behind a button on a phone. */
  async go(page: string): Promise<void> {
    const menu = this.page.getByRole('button', { name: this.counted('console.menu') });
    if (await menu.isVisible()) await this.click(menu);
    const rail = this.page.getByRole('navigation', { name: this.say('console.rail') });
    await this.click(
      rail.filter({ visible: true }).getByRole('link', { name: this.counted(`console.pages.${page}`) }),
    );
    await this.isAt(page);
  }

  async isAt(page: string): Promise<void> {
    await this.page
      .getByRole('heading', { level: 1, name: this.say(`console.pages.${page}`), exact: true })
      // For a moment the page's shapes have the same heading.
      .first()
      .waitFor();
  }

  /** A message that a count may follow, such as that of unread alerts. */
  private counted(message: string): RegExp {
    return new RegExp(`^${this.say(message)}( |$)`);
  }
}
