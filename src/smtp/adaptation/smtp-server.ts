// The one file that knows the SMTP server's package.
import { SMTPServer } from 'smtp-server';

export class AdaptedSmtpServer extends SMTPServer {}
