'use client';

import { useMemo } from 'react';
import { encode } from 'uqr';

/** Light modules around the code: scanners look for its edge there. */
const BORDER = 3;

/** A text as a QR code, drawn here: it may be a secret, and the page's policy allows no picture from elsewhere. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: side } = encode(text, { border: BORDER });
    const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: side, path: dark.join('') };
  }, [text]);
  return (
    // Dark on light in both themes: many scanners read nothing else.
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} className="size-44 shrink-0 rounded">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
