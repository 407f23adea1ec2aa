// Instalments: sums and days from a few figures, and what the terms of the house say. Pure.

const AMOUNT = /^\d{1,16}(\.\d{1,2})?$/;
const DAYS = { week: 7, fortnight: 14 };
// Until the phone was told: nothing is agreed at the door, and nobody may go beyond five years.
export const NO_TERMS = { most_instalments: 60, longest_days: 1826, own: null };

export function isAmount(text) {
  return AMOUNT.test(text) && Number(text) > 0;
}

// A sum in its smallest coin; a number of floating point would lose some of a large one.
export function cents(text) {
  const [whole, part = ""] = text.split(".");
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, "0") || 0);
}

export function amountOf(coins) {
  const text = String(coins).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

export function isMore(amount, owed) {
  return Boolean(owed) && cents(amount) > cents(owed);
}

export function wholeOf(lines) {
  return amountOf(lines.reduce((sum, one) => sum + cents(one.amount), 0n));
}

// `down` is the first sum, if it is another than the rest; the last one takes the odd coins.
export function schedule({ amount, count, first, every, down }) {
  const whole = cents(amount);
  const begins = down ? cents(down) : whole / BigInt(count);
  const rest = count > 1 ? (whole - begins) / BigInt(count - 1) : 0n;
  return Array.from({ length: count }, (_, index) => {
    const before = index === 0 ? 0n : begins + rest * BigInt(index - 1);
    const sum = index === count - 1 ? whole - before : index === 0 ? begins : rest;
    return { amount: amountOf(sum), due_on: later(first, index, every) };
  });
}

// Months keep their day; one that a month has not becomes its last.
export function later(day, times, every) {
  const moment = new Date(`${day}T00:00:00Z`);
  if (DAYS[every]) {
    moment.setUTCDate(moment.getUTCDate() + DAYS[every] * times);
  } else {
    const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth() + times];
    const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    moment.setTime(Date.UTC(year, month, Math.min(moment.getUTCDate(), last)));
  }
  return moment.toISOString().slice(0, 10);
}

export function daysOn(day, count) {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + count);
  return moment.toISOString().slice(0, 10);
}

// What keeps an offer from being taken: the word for it, or null. Days are ISO dates; `owed` is null
// where nobody knows.
export function offerFault(lines, terms, today, owed) {
  if (!lines.length || lines.length > terms.most_instalments) return "count";
  if (lines.some((one) => !isAmount(one.amount ?? ""))) return "amount";
  if (isMore(wholeOf(lines), owed)) return "owed";
  if (lines.some((one) => !one.due_on)) return "due_on";
  const [first, last] = [lines[0].due_on, lines.at(-1).due_on];
  if (first < today || first > daysOn(today, 366)) return "due_on";
  if (lines.some((one, index) => index > 0 && one.due_on <= lines[index - 1].due_on)) return "order";
  return lines.length > 1 && last > daysOn(today, terms.longest_days) ? "longest" : null;
}

// Whether it goes beyond what the agent may agree to: then it is an offer, and the office decides.
export function needsOffice(lines, terms, today) {
  const { own } = terms;
  if (lines.length < 2) return false;
  if (!own || lines.length > own.most_instalments) return true;
  const share = cents(lines[0].amount) * 100n < cents(wholeOf(lines)) * BigInt(own.first_percent);
  return share || lines[0].due_on > daysOn(today, own.first_within_days) || lines.at(-1).due_on > daysOn(today, own.longest_days);
}
