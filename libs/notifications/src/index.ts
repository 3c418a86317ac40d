export { type LoggedMail, type LoggedMailWithBody, MailLogService } from './mails/mail-log.service.js';
export { NotificationsModule } from './notifications.module.js';
export { readSmtpSettings } from './smtp-settings.js';
