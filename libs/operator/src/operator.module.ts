import { Module } from '@nestjs/common';
import { AccountOpeningService } from './account-opening.service.js';
import { OperatorGrantsService } from './operator-grants.service.js';

const SERVICES = [AccountOpeningService, OperatorGrantsService];

/** What an operator does across modules; owns no table. */
@Module({ providers: SERVICES, exports: SERVICES })
export class OperatorModule {}
