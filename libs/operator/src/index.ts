export { AccountOpeningService, type OpenedAccount } from './account-opening.service.js';
export { OperatorModule } from './operator.module.js';
export { prepareDatabase } from './prepare-database.js';
