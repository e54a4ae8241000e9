/** Numbers, sizes and times as an operator reads them. */

const COUNT = new Intl.NumberFormat('en');
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];
const STEPS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** Seconds of an ISO 8601 duration such as PT4M10.5S, or null. */
export function seconds(iso) {
	const parts = /^(-)?P(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/.exec(iso ?? '');
	if (!parts) {
		return null;
	}
	const [, sign, days, hours, minutes, rest] = parts;
	const sum = Number(days ?? 0) * 86400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
	return sign ? -sum : sum;
}

export function duration(value) {
	if (value === null || value === undefined) {
		return '–';
	}
	const size = Math.abs(value);
	const sign = value < 0 ? '−' : '';
	if (size < 1) {
		return `${sign}${Math.round(size * 1000)} ms`;
	}
	if (size < 10) {
		return `${sign}${size.toFixed(1)} s`;
	}
	const whole = Math.round(size);
	const step = STEPS.findIndex(([, length]) => whole >= length);
	const [unit, length] = STEPS[step];
	const next = STEPS[step + 1];
	const rest = next ? Math.floor((whole % length) / next[1]) : 0;
	return `${sign}${Math.floor(whole / length)} ${unit}${rest ? ` ${rest} ${next[0]}` : ''}`;
}

export function ago(date, now = Date.now()) {
	const past = (now - date.getTime()) / 1000;
	return past < 2 ? 'now' : `${duration(Math.round(past))} ago`;
}

export function count(value) {
	return value === null || value === undefined ? '–' : COUNT.format(value);
}

export function counted(value, one, many = `${one}s`) {
	return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value) {
	if (value === null || value === undefined) {
		return '–';
	}
	const step = Math.min(UNITS.length - 1, value > 0 ? Math.floor(Math.log(value) / Math.log(1024)) : 0);
	const size = value / 1024 ** step;
	return `${step && size < 10 ? size.toFixed(1) : COUNT.format(Math.round(size))} ${UNITS[step]}`;
}

/** A name of the code, such as READ_YOUR_WRITES or longQueries, in words. */
export function words(name) {
	const text = String(name).replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ').toLowerCase();
	return text.charAt(0).toUpperCase() + text.slice(1);
}
