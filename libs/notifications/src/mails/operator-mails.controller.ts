import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CurrentPerson, type Person } from '#accounts';
import { DomainError, type MailId, parseId } from '#common';
import { Transactions } from '#database';
import { Operator } from '#http';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from '../notifications.settings.js';
import { MAIL_KINDS } from './mail-kinds.js';
import { type LoggedMail, MailLogService } from './mail-log.service.js';
import { MAIL_STATES } from './mails.repository.js';
import { type MailDto, MailsDto, MailWithBodyDto } from './operator-mail.dto.js';

const USUAL_PAGE = 50;
const MOST_PAGE = 200;

interface MailsQuery {
  to?: string;
  kind?: string;
  state?: string;
  cursor?: string;
  limit?: string;
}

/** The mail log, for whoever runs the service. */
@Controller('api/operator/mails')
@ApiTags('operator')
@Operator()
export class OperatorMailsController {
  constructor(
    private readonly log: MailLogService,
    private readonly transactions: Transactions,
    @Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings,
  ) {}

  @Get()
  @ApiQuery({ name: 'to', required: false, description: 'How the address begins.' })
  @ApiQuery({ name: 'kind', required: false, enum: MAIL_KINDS })
  @ApiQuery({ name: 'state', required: false, enum: MAIL_STATES })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200; default 50.' })
  @ApiOperation({ operationId: 'listMails', summary: 'Mails, newest first' })
  @ApiOkResponse({ type: MailsDto })
  async list(@Query() query: MailsQuery): Promise<MailsDto> {
    const { mails, next } = await this.log.list(filterOf(query));
    return { data: mails.map(mailView), next, isSending: this.log.isSending, kinds: [...MAIL_KINDS] };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getMail', summary: 'One mail as it was written' })
  @ApiOkResponse({ type: MailWithBodyDto })
  async show(@Param('id') id: string): Promise<MailWithBodyDto> {
    const withSecrets = this.settings.showsSecrets ?? false;
    const { html, text, withheld, ...mail } = await this.log.show(mailId(id), { withSecrets });
    return { ...mailView(mail), html, text, withheld };
  }

  @Post(':id/retry')
  @HttpCode(204)
  @ApiOperation({ operationId: 'retryMail', summary: 'Send again what has failed for good' })
  @ApiNoContentResponse()
  async retry(@Param('id') id: string, @CurrentPerson() person: Person): Promise<void> {
    const actor = { kind: 'user', id: person.userId } as const;
    await this.transactions.run((tx) => this.log.retry(tx, actor, mailId(id)));
  }
}

/** @throws DomainError `invalid_value` */
function filterOf({ cursor, kind, limit, state, to }: MailsQuery) {
  const before = cursor ? parseId('mail', cursor) : undefined;
  const size = limit ? Number(limit) : USUAL_PAGE;
  if (!Number.isInteger(size) || size < 1 || size > MOST_PAGE) throw invalid('limit', `1 to ${MOST_PAGE}`);
  if (cursor && !before) throw invalid('cursor', 'what a page of this list gave');
  if (kind && !MAIL_KINDS.some((one) => one === kind)) throw invalid('kind', MAIL_KINDS.join(', '));
  if (state && !MAIL_STATES.some((one) => one === state)) throw invalid('state', MAIL_STATES.join(', '));
  return { toBegins: to, kind, state, before, limit: size };
}

function invalid(param: string, choices: string): DomainError {
  return new DomainError('invalid_value', `${param} is one of: ${choices}.`, { param });
}

function mailId(text: string): MailId {
  const id = parseId('mail', text);
  if (!id) throw new DomainError('not_found', 'There is no such mail.');
  return id;
}

function mailView(mail: LoggedMail): MailDto {
  const { at, attempts, id, kind, lastError, locale, sentAt, state, subject, to } = mail;
  return {
    id,
    at: at.toISOString(),
    to,
    kind,
    locale,
    state,
    attempts,
    lastError,
    sentAt: sentAt?.toISOString() ?? null,
    subject,
  };
}
