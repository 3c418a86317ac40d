import type { MailContent, MailLocale } from './mail-kinds.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML whose inserted values are text and stay text. */
class Html {
  constructor(readonly source: string) {}
}

const escaped = (value: string) => value.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

function html(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  const inserted = values.map((value) =>
    typeof value === 'string'
      ? escaped(value)
      : [value]
          .flat()
          .map(({ source }) => source)
          .join(''),
  );
  return new Html(parts.reduce((before, part, i) => `${before}${inserted[i - 1] ?? ''}${part}`));
}

const END_LABEL: Record<MailLocale, string> = {
  en: 'No more mails of this kind',
  ar: 'إيقاف هذا النوع من الرسائل',
};
const FONT = "-apple-system,'Segoe UI','Noto Sans Arabic',Tahoma,Arial,sans-serif";

export interface MailForm {
  locale: MailLocale;
  brandName: string;
  publicUrl: string;
  unsubscribeUrl: string | null;
}

/** A mail as HTML: paper, ink and one accent, nothing to load. Styles stand at each element: that is all mail programs read. */
export function htmlOf(content: MailContent, form: MailForm): string {
  const { action, note } = content;
  const start = form.locale === 'ar' ? 'right' : 'left';
  const direction = form.locale === 'ar' ? 'rtl' : 'ltr';
  return html`<!doctype html>
<html lang="${form.locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${content.subject}</title></head>
<body dir="${direction}" style="margin:0;padding:0;background:#fbfaf7;color:#1a1f27;font-family:${new Html(FONT)}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#fbfaf7"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;text-align:${start}">
<tr><td style="padding:0 0 16px;font-size:14px;font-weight:600;color:#565d68">${form.brandName}</td></tr>
<tr><td style="background:#ffffff;border:1px solid #e0e3e7;border-radius:8px;padding:28px 28px 24px">
<h1 style="margin:0 0 16px;font-size:19px;line-height:1.35;font-weight:600;overflow-wrap:anywhere">${content.subject}</h1>
${content.paragraphs.map((text) => html`<p style="margin:0 0 12px;font-size:15px;line-height:1.6;overflow-wrap:anywhere">${text}</p>\n`)}${
  action
    ? [
        html`<p style="margin:20px 0 4px"><a href="${action.url}" style="display:inline-block;background:#0b6e4f;color:#ffffff;text-decoration:none;font-size:15px;font-weight:600;padding:11px 18px;border-radius:6px">${action.label}</a></p>\n`,
      ]
    : []
}${note ? [html`<p style="margin:18px 0 0;font-size:13px;line-height:1.55;color:#565d68">${note}</p>\n`] : []}</td></tr>
<tr><td style="padding:16px 0 0;font-size:12px;line-height:1.6;color:#565d68"><a href="${form.publicUrl}" style="color:#565d68" dir="ltr">${form.publicUrl}</a>${
    form.unsubscribeUrl
      ? [html` · <a href="${form.unsubscribeUrl}" style="color:#565d68">${END_LABEL[form.locale]}</a>`]
      : []
  }</td></tr>
</table></td></tr></table></body></html>
`.source;
}

/** The same mail as plain text. */
export function textOf(content: MailContent, form: MailForm): string {
  const { action, note, paragraphs } = content;
  const lines = [...paragraphs];
  if (action) lines.push(`${action.label}:\n${action.url}`);
  if (note) lines.push(note);
  lines.push(`-- \n${form.brandName}\n${form.publicUrl}`);
  if (form.unsubscribeUrl) lines.push(`${END_LABEL[form.locale]}:\n${form.unsubscribeUrl}`);
  return `${lines.join('\n\n')}\n`;
}
