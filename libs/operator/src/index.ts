export { AccountOpeningService, type OpenedAccount } from './account-opening.service.js';
export { OperatorModule } from './operator.module.js';
export { OperatorGrantsService } from './operator-grants.service.js';
export { prepareDatabase } from './prepare-database.js';
