import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { MailLogService } from './mails/mail-log.service.js';
import { MailSenderJob } from './mails/mail-sender.job.js';
import { MailTransport } from './mails/mail-transport.js';
import { MailsRepository } from './mails/mails.repository.js';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from './notifications.settings.js';

/** Tells people: mails, and the log of them. */
@Module({})
export class NotificationsModule {
  /** For a process that lives on: it also sends. */
  static forRoot(settings: NotificationsSettings): DynamicModule {
    return define(settings, [MailTransport, MailSenderJob]);
  }

  /** For the command line: it writes and reads mails; others send them. */
  static forAdministration(settings: NotificationsSettings): DynamicModule {
    return define(settings, []);
  }
}

function define(settings: NotificationsSettings, jobs: Provider[]): DynamicModule {
  return {
    module: NotificationsModule,
    global: true,
    providers: [
      { provide: NOTIFICATIONS_SETTINGS, useValue: settings },
      MailsRepository,
      MailLogService,
      ...jobs,
    ],
    exports: [MailLogService],
  };
}
