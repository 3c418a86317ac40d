import type { ServerResponse } from 'node:http';
import { Controller, Get, HttpCode, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AddresseesService } from '#accounts';
import { DomainError } from '#common';
import { Transactions } from '#database';
import { Public } from '#http';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from '../notifications.settings.js';
import { PreferencesRepository } from './preferences.repository.js';
import { readUnsubscribeToken } from './unsubscribe-links.js';

const HTML = 'text/html; charset=utf-8';
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/**
 * Ends a kind of mail from the mail itself, without signing in (RFC 8058). Looking changes nothing: mail programs open
 * links by themselves.
 */
@Controller('unsubscribe')
@ApiExcludeController()
@Public()
export class UnsubscribeController {
  constructor(
    private readonly people: AddresseesService,
    private readonly preferences: PreferencesRepository,
    private readonly transactions: Transactions,
    @Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings,
  ) {}

  @Get()
  ask(@Query('token') token: unknown, @Res({ passthrough: true }) response: ServerResponse): string {
    this.wishOf(token);
    return page(
      response,
      'Stop mails of this kind? · إيقاف هذا النوع من الرسائل؟',
      '<form method="post"><button style="font:inherit;font-weight:600;background:#0b6e4f;color:#fff;border:0;border-radius:6px;padding:11px 18px">Stop them · إيقاف</button></form>',
    );
  }

  @Post()
  @HttpCode(200)
  async end(
    @Query('token') token: unknown,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<string> {
    const { kind, userUuid } = this.wishOf(token);
    await this.transactions.run(async (tx) => {
      // Of somebody who is gone there is nothing to end.
      if (await this.people.person(tx, userUuid)) await this.preferences.endMails(tx, userUuid, kind);
    });
    return page(
      response,
      'No more mails of this kind are sent to you. · لن تصلك رسائل من هذا النوع.',
      '<p><a style="color:inherit" href="/alerts/preferences">All that you are told · كل ما تُخبَر به</a></p>',
    );
  }

  private wishOf(token: unknown) {
    const wish = readUnsubscribeToken(this.settings.authSecret, token);
    if (!wish) throw new DomainError('not_found', 'This link is not one of ours, or is incomplete.');
    return wish;
  }
}

/** Only what is a page says that it is one: a refusal stays JSON. */
function page(response: ServerResponse, title: string, body: string): string {
  response.setHeader('content-type', HTML);
  response.setHeader('content-security-policy', POLICY);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<body style="margin:15vh auto;max-width:30rem;padding:0 1rem;background:#fbfaf7;color:#1a1f27;font-family:system-ui,sans-serif;line-height:1.6"><h1 style="font-size:1.2rem">${title}</h1>${body}</body></html>
`;
}
