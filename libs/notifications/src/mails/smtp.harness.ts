import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** What the server says to the next message: taken, or refused with a code, or nothing ever. */
export type SmtpAnswer = 'take' | number | 'silence';

/** A real SMTP server for tests: it takes what it is told to take, and remembers it. */
export async function startSmtpServer() {
  const taken: { to: string[]; mail: ParsedMail }[] = [];
  const answers: SmtpAnswer[] = [];
  let attempts = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      attempts += 1;
      const answer = answers.shift() ?? 'take';
      simpleParser(stream)
        .then((mail) => {
          if (answer === 'silence') return;
          if (answer !== 'take') {
            done(Object.assign(new Error('not today'), { responseCode: answer }));
            return;
          }
          taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), mail });
          done();
        })
        .catch(done);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    /** Said to the messages that come next, one each; then it takes again. */
    answers,
    attempts: () => attempts,
    stop: () =>
      new Promise<void>((done) => {
        server.close(done);
      }),
  };
}
