// Saves what the page holds as a file.
export interface ChartData {
  columns: string[];
  rows: (string | number | null)[][];
}

export function download(name: string, content: Blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A field that a spreadsheet would take for a formula is kept text by an apostrophe.
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function saveData(data: ChartData, name: string) {
  const lines = [data.columns, ...data.rows].map((row) => row.map(csvField).join(','));
  // The mark tells spreadsheets that accents are UTF-8.
  download(`${name}.csv`, new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], {type: 'text/csv'}));
}
