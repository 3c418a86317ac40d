import { Module } from '@nestjs/common';
import { AccountOpeningService } from './account-opening.service.js';

/** What an operator does across modules; owns no table. */
@Module({ providers: [AccountOpeningService], exports: [AccountOpeningService] })
export class OperatorModule {}
