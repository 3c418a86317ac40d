import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { idFromUuid, idToUuid, type KeyId, parseId, toCredits, toMilli } from '#common';
import { Transactions } from '#database';
import { Member } from '#http';
import { accountErrors } from '../accounts.errors.js';
import { AccountsService } from '../accounts.service.js';
import { CurrentMember, type Member as CurrentMemberOf } from '../current-member.js';
import { actorOf } from '../identity/people.service.js';
import type { NewKey } from '../key-input.js';
import { KeysRepository, type NamedKeyRow } from '../keys.repository.js';
import { KeysService } from '../keys.service.js';
import {
  ChangeKeyDto,
  CreateKeyDto,
  KeyDto,
  KeyNamesDto,
  KeysDto,
  RotateKeyDto,
  ShownKeyDto,
} from './account-keys.dto.js';
import { KeyChangesService } from './key-changes.service.js';

/** More than the largest plan allows; an account without a limit sees its newest. */
const MOST_KEYS = 1_000;

/** The active account's keys. */
@Controller('api/dashboard/keys')
@ApiTags('keys')
export class AccountKeysController {
  constructor(
    private readonly keys: KeysService,
    private readonly changes: KeyChangesService,
    private readonly repository: KeysRepository,
    private readonly accounts: AccountsService,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @Member('keys:read')
  @ApiOperation({ operationId: 'listKeys', summary: 'Keys in use, then those revoked in the last 30 days' })
  @ApiOkResponse({ type: KeysDto })
  async list(@CurrentMember() member: CurrentMemberOf): Promise<KeysDto> {
    const [rows, account] = await Promise.all([
      this.repository.listNamed(member.accountUuid, MOST_KEYS),
      this.accounts.show(member.accountId),
    ]);
    return { data: rows.map(viewOf), limit: account.keyLimit };
  }

  /** For whoever may see usage, which speaks of keys. */
  @Get('names')
  @Member('usage:read')
  @ApiOperation({ operationId: 'listKeyNames', summary: 'What each key is called, revoked ones too' })
  @ApiOkResponse({ type: KeyNamesDto })
  async names(@CurrentMember() member: CurrentMemberOf): Promise<KeyNamesDto> {
    const rows = await this.repository.names(member.accountUuid, MOST_KEYS);
    return { data: rows.map(({ id, name, display }) => ({ id: idFromUuid('key', id), name, display })) };
  }

  @Post()
  @Member('keys:write')
  @ApiOperation({ operationId: 'createKey', summary: 'Make a key; it is shown this once' })
  @ApiCreatedResponse({ type: ShownKeyDto })
  async create(@CurrentMember() member: CurrentMemberOf, @Body() body: CreateKeyDto): Promise<ShownKeyDto> {
    const scopes = body.scopes ? { scopes: body.scopes } : {};
    const { keyId, key } = await this.transactions.run((tx) =>
      this.keys.create(tx, actorOf(member.person), {
        accountId: member.accountId,
        ...changesOf(body),
        ...scopes,
      }),
    );
    return { ...(await this.view(keyId)), key };
  }

  @Patch(':id')
  @Member('keys:write')
  @ApiOperation({ operationId: 'updateKey', summary: 'Change its name, models, budget or end' })
  @ApiOkResponse({ type: KeyDto })
  async update(
    @CurrentMember() member: CurrentMemberOf,
    @Param('id') id: string,
    @Body() body: ChangeKeyDto,
  ): Promise<KeyDto> {
    const keyId = keyIdOf(id);
    const { accountId } = member;
    await this.transactions.run((tx) =>
      this.changes.update(tx, actorOf(member.person), { keyId, accountId, changes: changesOf(body) }),
    );
    return this.view(keyId);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Member('keys:write')
  @ApiOperation({ operationId: 'rotateKey', summary: 'A new secret; the old one works for a while' })
  @ApiOkResponse({ type: ShownKeyDto })
  async rotate(
    @CurrentMember() member: CurrentMemberOf,
    @Param('id') id: string,
    @Body() body: RotateKeyDto,
  ): Promise<ShownKeyDto> {
    const keyId = keyIdOf(id);
    const { accountId } = member;
    const { graceSeconds } = body;
    const { key } = await this.transactions.run((tx) =>
      this.changes.rotate(tx, actorOf(member.person), { keyId, accountId, graceSeconds }),
    );
    return { ...(await this.view(keyId)), key };
  }

  @Delete(':id')
  @HttpCode(204)
  @Member('keys:write')
  @ApiOperation({ operationId: 'revokeKey', summary: 'Revoke it for good, everywhere within a second' })
  @ApiNoContentResponse()
  async revoke(@CurrentMember() member: CurrentMemberOf, @Param('id') id: string): Promise<void> {
    const input = { keyId: keyIdOf(id), accountId: member.accountId };
    await this.transactions.run((tx) => this.keys.revoke(tx, actorOf(member.person), input));
  }

  private async view(keyId: KeyId): Promise<KeyDto> {
    return viewOf(await this.repository.findNamed(idToUuid(keyId)));
  }
}

/** @throws DomainError `not_found`: what has not the form of an id names no key */
function keyIdOf(text: string): KeyId {
  const keyId = parseId('key', text);
  if (!keyId) throw accountErrors.keyNotFound();
  return keyId;
}

/** What the body names; a budget comes with its reset. */
function changesOf(body: ChangeKeyDto): Omit<NewKey, 'scopes'> {
  const { name, allowedModels, budget, expiresAt } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(allowedModels === undefined ? {} : { allowedModels }),
    ...(budget === undefined
      ? {}
      : { budgetMillicredits: budget && toMilli(budget.credits), budgetReset: budget?.reset ?? null }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
}

function viewOf(row: NamedKeyRow): KeyDto {
  const { budget_millicredits: budget } = row;
  return {
    id: idFromUuid('key', row.id),
    name: row.name,
    display: row.display,
    scopes: row.scopes,
    allowedModels: row.allowed_models,
    budget: budget === null ? null : { credits: toCredits(BigInt(budget)), reset: row.budget_reset },
    createdAt: row.created_at.toISOString(),
    createdBy: row.creator_name,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    rotatesAt: row.previous_until?.toISOString() ?? null,
  };
}
