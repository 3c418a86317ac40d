import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountEventsBus } from '#accounts';
import { Transactions } from '#database';
import { AlertsRepository } from './alerts/alerts.repository.js';
import { PreferencesRepository } from './alerts/preferences.repository.js';
import { MailsRepository } from './mails/mails.repository.js';

/** Takes the names and addresses of people who go out of what was told, in the transaction in which they go. */
@Injectable()
export class ForgottenPeopleSubscriber implements OnModuleInit {
  constructor(
    private readonly events: AccountEventsBus,
    private readonly mails: MailsRepository,
    private readonly alerts: AlertsRepository,
    private readonly preferences: PreferencesRepository,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.events.on('personForgotten', async (person, given) => {
      const forget = async (tx: NonNullable<typeof given>) => {
        await this.mails.forget(tx, person);
        await this.alerts.forget(tx, person.userUuid);
        await this.preferences.forget(tx, person.userUuid);
      };
      await (given ? forget(given) : this.transactions.run(forget));
    });
  }
}
