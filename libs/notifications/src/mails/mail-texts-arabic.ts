import type { MailTexts } from './mail-kinds.js';

const NOT_YOU = 'إن لم تكن أنت، فغيّر كلمة المرور الآن وأنهِ الجلسات التي لا تعرفها.';

const ROLES: Readonly<Record<string, string>> = {
  owner: 'مالك',
  admin: 'مدير',
  developer: 'مطوّر',
  billing: 'مسؤول فوترة',
  viewer: 'مطّلع',
};
const roleText = (role: string) => ROLES[role] ?? role;

/** Mails in Arabic. */
export const ARABIC: MailTexts = {
  verification: ({ name, url }, { brandName }) => ({
    subject: `أكّد بريدك في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, 'أكّد أن هذا البريد لك، فيُضاف رصيدك الترحيبي.'],
    action: { label: 'تأكيد البريد', url },
    note: 'إن لم تسجّل، فلا تفعل شيئًا: لا يحدث شيء من دون تأكيد.',
  }),
  password_reset: ({ name, url }, { brandName }) => ({
    subject: `اختر كلمة مرور جديدة في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, 'طلب أحدهم تعيين كلمة مرور جديدة لحسابك.'],
    action: { label: 'اختيار كلمة المرور', url },
    note: 'يعمل الرابط مرة واحدة ولمدة ساعة. إن لم تطلبه، فلا تفعل شيئًا: تبقى كلمة مرورك كما هي.',
  }),
  address_change: ({ name, url }, { brandName }) => ({
    subject: `أكّد بريدك الجديد في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, 'أكّد أنك تريد تسجيل الدخول بهذا البريد من الآن.'],
    action: { label: 'تأكيد البريد الجديد', url },
    note: 'إن لم تطلب ذلك، فلا تفعل شيئًا: لا يتغير شيء.',
  }),
  invitation: ({ accountName, inviterName, role, url }, { brandName }) => ({
    subject: `يدعوك ${inviterName} إلى ${accountName} في ${brandName}`,
    paragraphs: [`يدعوك ${inviterName} إلى العمل في الحساب ${accountName} بصفة ${roleText(role)}.`],
    action: { label: 'عرض الدعوة', url },
    note: 'إن كنت لا تعرف المرسل، فلا تفعل شيئًا: تنتهي الدعوة من تلقاء نفسها.',
  }),
  account_exists: ({ name, url }, { brandName }) => ({
    subject: `لديك تسجيل دخول في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, 'حاول أحدهم التسجيل بهذا البريد، وهو مسجّل من قبل، ولم يتغير شيء.'],
    action: { label: 'تسجيل الدخول', url },
    note: 'إن نسيت كلمة المرور، فصفحة الدخول تتيح لك اختيار كلمة جديدة.',
  }),
  address_changed: ({ name, newEmail }, { brandName, page }) => ({
    subject: `تغيّر بريدك في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, `تسجّل الدخول الآن بالبريد ${newEmail}، لا بهذا البريد.`],
    action: { label: 'فتح الإعدادات', url: page('/settings') },
    note: 'إن لم تكن أنت، فاتصل فورًا بمن يدير هذه الخدمة: لم يعد هذا البريد صالحًا للدخول.',
  }),
  new_sign_in: ({ name, at, ipAddress, userAgent }, { brandName, date, page }) => ({
    subject: `دخول جديد إلى ${brandName}`,
    paragraphs: [
      `مرحبًا ${name}،`,
      `سجّلت الدخول في ${date(at)} من مكان أو متصفح لم نره من قبل.`,
      `العنوان: ${ipAddress ?? 'غير معروف'}. المتصفح: ${userAgent ?? 'غير معروف'}.`,
    ],
    action: { label: 'عرض جلساتك', url: page('/settings') },
    note: NOT_YOU,
  }),
  password_changed: ({ name, at }, { brandName, date, page }) => ({
    subject: `تغيّرت كلمة مرورك في ${brandName}`,
    paragraphs: [`مرحبًا ${name}،`, `تغيّرت كلمة مرورك في ${date(at)}.`],
    action: { label: 'فتح الإعدادات', url: page('/settings') },
    note: 'إن لم تكن أنت، فاختر كلمة مرور جديدة الآن من صفحة الدخول.',
  }),
  two_factor_changed: ({ name, at, isEnabled }, { brandName, date, page }) => ({
    subject: `الدخول بخطوتين في ${brandName} ${isEnabled ? 'مفعّل' : 'متوقف'}`,
    paragraphs: [`مرحبًا ${name}،`, `${isEnabled ? 'فُعّل' : 'أُوقف'} الدخول بخطوتين في ${date(at)}.`],
    action: { label: 'فتح الإعدادات', url: page('/settings') },
    note: NOT_YOU,
  }),
  key_created: ({ accountName, keyName, by }, { page }) => ({
    subject: `مفتاح جديد «${keyName}» في ${accountName}`,
    paragraphs: [`أنشأ ${by ?? 'مشغّل الخدمة'} المفتاح «${keyName}» في ${accountName}.`],
    action: { label: 'عرض المفاتيح', url: page('/keys') },
    note: 'إن لم يفعل ذلك أحد منكم، فألغِ المفتاح.',
  }),
  key_revoked: ({ accountName, keyName, by }, { page }) => ({
    subject: `أُلغي المفتاح «${keyName}» في ${accountName}`,
    paragraphs: [`ألغى ${by ?? 'مشغّل الخدمة'} المفتاح «${keyName}» في ${accountName}، فلم يعد يعمل.`],
    action: { label: 'عرض المفاتيح', url: page('/keys') },
  }),
  member_joined: ({ accountName, memberName, role }, { page }) => ({
    subject: `انضم ${memberName} إلى ${accountName}`,
    paragraphs: [`أصبح ${memberName} عضوًا في ${accountName} بصفة ${roleText(role)}.`],
    action: { label: 'عرض الفريق', url: page('/team') },
  }),
  low_balance: ({ accountName, credits, threshold, runsOutAt }, { date, number, page }) => ({
    subject: `${accountName}: الرصيد المتبقي ${number(credits)}`,
    paragraphs: [
      `الرصيد المتبقي في ${accountName} هو ${number(credits)}، وهو دون ${number(threshold)}.`,
      runsOutAt
        ? `بالمعدل الحالي ينفد الرصيد في ${date(runsOutAt)}، وتُرفض الطلبات من بعد ذلك.`
        : 'بالمعدل الحالي لا ينفد الرصيد.',
    ],
    action: { label: 'عرض الرصيد', url: page('/billing') },
    note: 'تحدد في صفحة التنبيهات الرصيدَ الذي تُنبَّه عنده.',
  }),
  grant_expiring: ({ accountName, credits, expiresAt }, { date, number, page }) => ({
    subject: `${accountName}: رصيد قدره ${number(credits)} ينتهي قريبًا`,
    paragraphs: [`ينتهي رصيد قدره ${number(credits)} في ${accountName} في ${date(expiresAt)} ما لم يُستخدم.`],
    action: { label: 'عرض الأرصدة', url: page('/billing') },
  }),
};
