import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { failpoint } from '#common';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from '../notifications.settings.js';
import { MailRefusal, MailTransport } from './mail-transport.js';
import { type MailRow, MailsRepository } from './mails.repository.js';

const EVERY_MS = 1_000;
const AT_ONCE = 10;
const RENEW_MS = 30_000;
/** After each attempt but the last, in seconds: a mail is tried for about a day. */
const BACK_OFF_SECONDS = [10, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800];
const ERASE_EVERY_MS = 600_000;
/** The longest that a link in a mail works is an invitation's week; all others end within a day. */
const SECRETS_KEPT_HOURS = 7 * 24;

/**
 * Sends what is queued, about every second. A mail belongs to the process that claimed it, for as long as that process
 * lives; one that dies between the server's answer and its own note sends that one mail again: never none.
 */
@Injectable()
export class MailSenderJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MailSenderJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;
  private erasedAtMs = 0;

  constructor(
    private readonly repository: MailsRepository,
    private readonly transport: MailTransport,
    @Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.next(0);
  }

  /** What is being sent is ended first. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Sends what is due and says how many mails that were. */
  async sendDue(): Promise<number> {
    const mails = await this.repository.claim(AT_ONCE);
    if (mails.length === 0) return 0;
    const open = new Set(mails.map(({ id }) => id));
    const renewal = setInterval(() => {
      this.repository.renew([...open]).catch(() => undefined);
    }, RENEW_MS);
    try {
      await Promise.all(mails.map((mail) => this.send(mail).finally(() => open.delete(mail.id))));
    } finally {
      clearInterval(renewal);
    }
    return mails.length;
  }

  private next(waitMs: number): void {
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.running = this.tick();
    }, waitMs);
  }

  private async tick(): Promise<void> {
    let sent = 0;
    try {
      if (this.settings.smtp) sent = await this.sendDue();
      if (Date.now() - this.erasedAtMs > ERASE_EVERY_MS) {
        await this.repository.eraseSecrets(SECRETS_KEPT_HOURS);
        this.erasedAtMs = Date.now();
      }
    } catch (error) {
      this.logger.warn(`mails wait: ${(error as Error).message}`);
    }
    this.next(sent === AT_ONCE ? 0 : EVERY_MS);
  }

  private async send(mail: MailRow): Promise<void> {
    try {
      await this.transport.send(mail);
    } catch (error) {
      const refusal = error as MailRefusal;
      const wait = refusal.isFinal ? undefined : BACK_OFF_SECONDS[mail.attempts - 1];
      await this.repository.markFailed(mail.id, { error: refusal.message, retrySeconds: wait ?? null });
      // Never the body or the address: the log is read by more people than the mail.
      this.logger.warn(
        `mail ${mail.id} (${mail.kind}) was not taken: ${wait ? `again in ${wait} s` : 'given up'}`,
      );
      return;
    }
    await failpoint('mail.after_send');
    await this.repository.markSent(mail.id);
  }
}
