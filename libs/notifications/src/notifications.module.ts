import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { AccountFactsSubscriber } from './account-facts-subscriber.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { AlertsRepository } from './alerts/alerts.repository.js';
import { AlertsService } from './alerts/alerts.service.js';
import { GrantExpiringJob } from './alerts/grant-expiring.job.js';
import { LowBalanceJob } from './alerts/low-balance.job.js';
import { PreferencesRepository } from './alerts/preferences.repository.js';
import { TellService } from './alerts/tell.service.js';
import { UnsubscribeController } from './alerts/unsubscribe.controller.js';
import { ForgottenPeopleSubscriber } from './forgotten-people-subscriber.js';
import { MailLogService } from './mails/mail-log.service.js';
import { MailSenderJob } from './mails/mail-sender.job.js';
import { MailTransport } from './mails/mail-transport.js';
import { MailsRepository } from './mails/mails.repository.js';
import { OperatorMailsController } from './mails/operator-mails.controller.js';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from './notifications.settings.js';

/** Tells people: alerts, mails, and the log of them. */
@Module({})
export class NotificationsModule {
  /** For a process that lives on: it also sends. */
  static forRoot(settings: NotificationsSettings): DynamicModule {
    return define(settings, {
      controllers: [AlertsController, OperatorMailsController, UnsubscribeController],
      providers: [AlertsService, MailTransport, MailSenderJob, LowBalanceJob, GrantExpiringJob],
    });
  }

  /** For the command line: it writes and reads mails; others send them. */
  static forAdministration(settings: NotificationsSettings): DynamicModule {
    return define(settings, {});
  }
}

function define(
  settings: NotificationsSettings,
  more: { controllers?: Type[]; providers?: Provider[] },
): DynamicModule {
  return {
    module: NotificationsModule,
    global: true,
    controllers: more.controllers ?? [],
    providers: [
      { provide: NOTIFICATIONS_SETTINGS, useValue: settings },
      MailsRepository,
      MailLogService,
      AlertsRepository,
      PreferencesRepository,
      TellService,
      AccountFactsSubscriber,
      ForgottenPeopleSubscriber,
      ...(more.providers ?? []),
    ],
    exports: [MailLogService],
  };
}
