import { Controller, Get, Param, Query } from '@nestjs/common';
import { CurrentKey, type KeySnapshot } from '#accounts';
import { Key } from '#http';
import { type UsageReader, UsageService } from './usage.service.js';

/** A key sees its own usage; with `account:read` the whole account's. */
function readerOf(key: KeySnapshot): UsageReader {
  return { accountUuid: key.accountUuid, keyUuid: key.scopes.has('account:read') ? null : key.keyUuid };
}

@Controller(['v1', 'api/v1'])
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get('usage')
  @Key('any')
  sums(
    @CurrentKey() key: KeySnapshot,
    @Query('from') from?: string,
    @Query('to') to?: string,
    @Query('group_by') groupBy?: string,
  ) {
    return this.usage.sums(readerOf(key), { from, to, groupBy });
  }

  @Get('requests/:id')
  @Key('any')
  request(@CurrentKey() key: KeySnapshot, @Param('id') id: string) {
    return this.usage.request(readerOf(key), id);
  }
}
