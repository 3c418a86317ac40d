'use client';

import './globals.css';

/** The last resort: the layout itself failed, so neither the language nor the theme is known here. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Error</title>
        <main className="mx-auto grid max-w-xl gap-6 p-6 pt-16">
          <div>
            <h1 className="font-semibold text-xl">This page could not be shown</h1>
            <p className="text-muted">Something failed on our side. Load the page again in a moment.</p>
          </div>
          <div lang="ar" dir="rtl">
            <p className="font-semibold text-xl">تعذر عرض هذه الصفحة</p>
            <p className="text-muted">حدث خطأ من جانبنا. أعد تحميل الصفحة بعد لحظات.</p>
          </div>
        </main>
      </body>
    </html>
  );
}
