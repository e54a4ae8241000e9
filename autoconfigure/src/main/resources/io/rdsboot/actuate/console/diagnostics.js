/** What the diagnosis of the database has found. */

import { $, badge, element, optional, set, sync, text } from './dom.js';
import { bytes, count, counted, duration, seconds, words } from './format.js';

export const id = 'diagnostics';
export const title = 'Diagnostics';

const EVERY_MS = 60_000;
const LEVELS = { ACT: ['act', 'Act'], LOOK: ['look', 'Look'], FINE: ['fine', 'Fine'] };
const SHOWN_ROWS = 100;

export function start({ refresh }) {
	const button = $('diagnose');
	button.onclick = async () => {
		set(button, 'aria-disabled', true);
		text($('diagnosis'), 'Diagnosing …');
		await refresh();
		set(button, 'aria-disabled', null);
	};
}

export const interval = () => EVERY_MS;

export function problems({ sections }) {
	return sections.flatMap((section) => section.findings.filter((finding) => finding.level !== 'FINE').map((finding) => ({
		level: LEVELS[finding.level][0], key: keyOf(finding), anchor: `section-${section.name}`,
		text: `${[words(finding.check), finding.subject].filter(Boolean).join(', ')}: ${finding.message}`
	})));
}

const keyOf = ({ check, instance, subject }) => `${check} ${instance} ${subject}`;

export function show({ sections, instances, took, complete }, at) {
	text($('diagnosis'), `At ${new Date(at).toLocaleTimeString()}, in ${duration(seconds(took))}${complete ? '' : '; not everything could be asked'}`);
	sync($('asked'), instances, (instance) => instance.name, askedItem);
	const order = (section) => ['ACT', 'LOOK', 'FINE', null].indexOf(section.level) - (section.missing.length ? 0.5 : 0);
	sync($('sections'), [...sections].sort((a, b) => order(a) - order(b)), (section) => section.name, sectionDetails);
}

function askedItem() {
	const item = element('li');
	item.update = ({ name, role, version, failure }) => {
		set(item, 'data-level', failure ? 'act' : null);
		text(item, failure ? `${name}: not asked, ${failure}` : `${name}: ${role ? words(role).toLowerCase() : 'role not known'}, PostgreSQL ${version}`);
	};
	return item;
}

function sectionDetails(given) {
	const level = element('span', { class: 'badge' });
	const note = element('span', { class: 'muted' });
	const findings = element('ul', { class: 'findings' });
	const fine = element('p', { class: 'muted' });
	const missing = element('ul', { class: 'findings missing' });
	const data = element('div', { class: 'data' });
	const node = element('details', { class: 'section', id: `section-${given.name}` },
		element('summary', {}, element('h3', {}, words(given.name)), level, note), findings, fine, missing, data);
	let known;
	node.update = (section) => {
		// What an operator has closed stays closed until something new is wrong.
		if (section.level !== known && (section.level === 'ACT' || section.level === 'LOOK')) {
			node.open = true;
		}
		known = section.level;
		const [name, label] = LEVELS[section.level] ?? ['', 'Not known'];
		set(level, 'data-level', name);
		text(level, label);
		const serious = section.findings.filter((finding) => finding.level !== 'FINE');
		const calm = section.findings.filter((finding) => finding.level === 'FINE');
		text(note, [serious.length ? counted(serious.length, 'finding') : null, section.missing.length ? `${counted(grouped(section.missing).length, 'part is', 'parts are')} missing` : null].filter(Boolean).join(', '));
		sync(findings, serious, keyOf, findingItem);
		optional(fine, calm.map((finding) => finding.message).join(' '));
		sync(missing, grouped(section.missing), (part) => JSON.stringify(part), missingItem);
		sync(data, Object.entries(section.data).filter(([, rows]) => rows.length), ([check]) => check, dataDetails);
	};
	return node;
}

function findingItem() {
	const level = badge('', '');
	const subject = element('strong');
	const place = element('span', { class: 'muted' });
	const message = element('p');
	const action = element('p', { class: 'action' });
	const code = element('code');
	const statement = element('div', { class: 'statement' }, element('pre', { tabindex: 0 }, code), element('button', { type: 'button', class: 'copy' }, 'Copy'));
	const item = element('li', {}, element('div', { class: 'head' }, level, subject, place), message, action, statement);
	item.update = (finding) => {
		const [name, label] = LEVELS[finding.level];
		set(level, 'data-level', name);
		text(level, label);
		text(subject, finding.subject ?? words(finding.check));
		text(place, [finding.subject ? words(finding.check) : null, finding.instance ? `on ${finding.instance}` : null].filter(Boolean).join(', '));
		text(message, finding.message);
		optional(action, finding.action);
		statement.hidden = !finding.statement;
		text(code, finding.statement);
		set(statement.lastElementChild, 'aria-label', `Copy the statement for ${subject.textContent}`);
	};
	return item;
}

/** What several instances lack for the same reason is told once. */
function grouped(parts) {
	const groups = new Map();
	for (const { instance, ...part } of parts) {
		const name = JSON.stringify(part);
		groups.set(name, { ...part, instances: [...(groups.get(name)?.instances ?? []), instance].filter(Boolean) });
	}
	return [...groups.values()];
}

function missingItem(part) {
	const children = [element('div', { class: 'head' }, badge('', 'Missing'), element('strong', {}, words(part.check)),
		element('span', { class: 'muted' }, part.instances.length ? `on ${part.instances.join(', ')}` : '')), element('p', {}, part.reason)];
	if (part.statement) {
		children.push(element('div', { class: 'statement' }, element('pre', { tabindex: 0 }, element('code', {}, part.statement)), element('button', { type: 'button', class: 'copy' }, 'Copy')));
	}
	const item = element('li', {}, ...children);
	item.update = () => {};
	return item;
}

/** Measured values, which are only laid out once somebody wants to see them. */
function dataDetails() {
	const summary = element('summary');
	const area = element('div', { class: 'scroll', tabindex: 0, role: 'region' });
	const node = element('details', {}, summary, area);
	let current;
	const render = () => node.open && area.replaceChildren(dataTable(current));
	node.addEventListener('toggle', render);
	node.update = ([check, rows]) => {
		text(summary, `${words(check)}: ${counted(rows.length, 'row')}`);
		set(area, 'aria-label', words(check));
		if (JSON.stringify(rows) !== JSON.stringify(current)) {
			current = rows;
			render();
		}
	};
	return node;
}

function dataTable(rows) {
	const columns = [...new Set(rows.flatMap(Object.keys))];
	const isNumber = (column) => rows.every((row) => row[column] === null || row[column] === undefined || typeof row[column] === 'number');
	const numbers = new Set(columns.filter(isNumber));
	const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col', class: numbers.has(column) ? 'number' : null }, words(column.replace(/(Bytes|Seconds|Millis|Percent)$/, '')))));
	return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows.slice(0, SHOWN_ROWS).map((row) => element('tr', {},
		...columns.map((column) => element('td', { class: numbers.has(column) ? 'number' : null }, formatted(column, row[column])))))));
}

function formatted(column, value) {
	if (value === null || value === undefined) {
		return '–';
	}
	if (typeof value !== 'number') {
		return typeof value === 'object' ? JSON.stringify(value) : String(value);
	}
	if (column.endsWith('Bytes')) {
		return bytes(value);
	}
	if (column.endsWith('Seconds')) {
		return duration(value);
	}
	if (column.endsWith('Millis')) {
		return duration(value / 1000);
	}
	return column.endsWith('Percent') ? `${value.toFixed(1)} %` : count(value);
}
