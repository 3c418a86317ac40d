import { ApiProperty } from '@nestjs/swagger';
import { MAIL_STATES, type MailState } from './mails.repository.js';

/** One line of the mail log. */
export class MailDto {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String })
  to!: string;

  @ApiProperty({ type: String })
  kind!: string;

  @ApiProperty({ enum: ['en', 'ar'], enumName: 'MailLocale' })
  locale!: 'en' | 'ar';

  @ApiProperty({ enum: MAIL_STATES, enumName: 'MailState' })
  state!: MailState;

  @ApiProperty({ type: Number })
  attempts!: number;

  @ApiProperty({ type: String, nullable: true, description: "In the mail server's words." })
  lastError!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sentAt!: string | null;

  @ApiProperty({ type: String })
  subject!: string;
}

export class MailsDto {
  @ApiProperty({ type: [MailDto] })
  data!: MailDto[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;

  @ApiProperty({ type: Boolean, description: 'False: no mail server is set, mails stay here.' })
  isSending!: boolean;

  @ApiProperty({ type: [String], description: 'Every kind there is.' })
  kinds!: string[];
}

export class MailWithBodyDto extends MailDto {
  @ApiProperty({ type: String, nullable: true })
  html!: string | null;

  @ApiProperty({ type: String, nullable: true })
  text!: string | null;

  @ApiProperty({
    enum: ['secret', 'erased'],
    enumName: 'MailWithheld',
    nullable: true,
    description: "Why there is no body: its link is the addressee's alone, or has expired and was erased.",
  })
  withheld!: 'secret' | 'erased' | null;
}
