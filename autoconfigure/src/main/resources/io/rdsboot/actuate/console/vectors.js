/** Indexes on vectors, their builds, and the recall of searches. */

import { $, element, optional, set, svg, sync, text } from './dom.js';
import { bytes, count, counted, duration, seconds, words } from './format.js';
import { operationButton, timeOf } from './cluster.js';

export const id = 'vectors';
export const title = 'Vector indexes';

const EVERY_MS = 5000;
const WHILE_BUILDING_MS = 1000;

const STATES = {
	PENDING: ['', 'Not looked at yet'],
	WAITING_FOR_OTHER: ['look', 'Waits for another session'],
	WAITING_FOR_DATA: ['', 'Waits for rows'],
	BUILDING: ['busy', 'Is being built'],
	READY: ['fine', 'Ready'],
	FAILED: ['act', 'Failed'],
	CANCELED: ['look', 'Canceled']
};

const RECALL_STATES = {
	PENDING: ['', 'Not looked at yet'],
	WAITING_FOR_INDEX: ['', 'Waits for an index'],
	WAITING_FOR_ROWS: ['', 'Waits for rows'],
	MEASURING: ['busy', 'Is being measured'],
	TUNED: ['fine', 'Reaches the target'],
	BELOW_TARGET: ['look', 'Below the target'],
	FAILED: ['act', 'Failed']
};

const DEFECTS = {
	TOO_LARGE: ({ bytes: size, bytesWhenNew }) => `It should be built anew: it has ${bytes(size)}${bytesWhenNew ? `, and would have about ${bytes(bytesWhenNew)}` : ''}.`,
	DEAD_ROWS: ({ deadRows }) => `It should be built anew: searches visit ${counted(deadRows, 'row')} that were deleted or replaced and are not vacuumed.`,
	OUTGROWN: ({ rows, rowsWhenBuilt }) => `It should be built anew: its lists were drawn from ${counted(rowsWhenBuilt, 'row')}, and it has about ${count(rows)} now.`
};

let context;

export function start(given) {
	context = given;
	if (context.writable) {
		sync($('vector-operations'), [
			{ label: 'Build what is missing', title: 'Build what is missing?', verb: 'Build', path: context.url, body: { action: 'build' }, done: 'The indexes are looked at',
				consequence: 'This instance of the service looks at all declared indexes now, and builds those that are missing, also those whose build has failed or was canceled. Tables stay readable and writable.' },
			{ label: 'Measure recall', title: 'Measure the recall?', verb: 'Measure', path: context.url, body: { action: 'tune' }, done: 'The recall is measured',
				consequence: 'This instance of the service measures the recall of all columns that have a target, by searches on a reader where there is one, and tunes them.' }
		].map((operation) => ({ ...operation, context })), (operation) => operation.label, operationButton);
	}
}

export function interval(data) {
	return data?.tables.some((table) => table.indexes.some((index) => index.progress || index.state === 'BUILDING')) ? WHILE_BUILDING_MS : EVERY_MS;
}

export function problems({ tables }) {
	return tables.flatMap((table) => [
		...table.indexes.flatMap((index) => indexProblems(index).map(([level, message]) => ({ level, key: `${table.name} ${index.purpose} ${level}`, text: `Index of ${table.name} for ${index.purpose} ${message}` }))),
		...table.recall.filter((recall) => recall.state === 'BELOW_TARGET' || recall.state === 'FAILED').map((recall) => ({
			level: 'look', key: `${table.name} ${recall.column} recall`,
			text: `Recall of ${table.name}.${recall.column} ${recall.state === 'FAILED' ? 'could not be measured' : `is ${share(recall.measured)}, below ${share(recall.target)}`}` }))
	]);
}

function indexProblems({ state, condition, progress }) {
	const found = [];
	if (state === 'FAILED') {
		found.push(['act', 'could not be built: searches do without it']);
	}
	if (state === 'CANCELED') {
		found.push(['look', 'is missing, because its build was canceled']);
	}
	if (condition?.defect) {
		found.push(['look', 'should be built anew']);
	}
	if (progress?.waitsFor) {
		found.push(['look', `waits for ${progress.waitsFor}`]);
	}
	return found;
}

export function show({ tables }) {
	sync($('tables'), tables, (table) => table.name, tableArticle);
}

function tableArticle() {
	const name = element('h3');
	const indexes = element('ul', { class: 'indexes' });
	const recalls = element('div', { class: 'recalls' });
	const article = element('article', { class: 'table' }, name, indexes, recalls);
	article.update = (table) => {
		text(name, table.name);
		set(indexes, 'aria-label', `Indexes of ${table.name}`);
		sync(indexes, table.indexes.map((index) => ({ ...index, table: table.name })), (index) => index.purpose, indexItem);
		sync(recalls, table.recall, (recall) => recall.column, recallFigure);
	};
	return article;
}

function indexItem() {
	const purpose = element('strong');
	const state = element('span', { class: 'badge' });
	const name = element('code', { class: 'index-name' });
	const detail = element('p', { class: 'detail' });
	const bar = element('progress', { max: 1 });
	const phase = element('p', { class: 'phase' });
	const progress = element('div', { class: 'progress' }, bar, phase);
	const facts = element('dl', { class: 'facts' });
	const advice = element('p', { class: 'advice' });
	const buttons = element('p', { class: 'buttons write' });
	const item = element('li', {}, element('div', { class: 'head' }, purpose, state, name, buttons), detail, progress, facts, advice);
	item.update = (index) => {
		const [level, message] = STATES[index.state] ?? ['', words(index.state)];
		text(purpose, index.purpose);
		set(state, 'data-level', index.progress ? 'busy' : level);
		text(state, index.progress && index.state === 'READY' ? 'Ready, is being built anew' : message);
		optional(name, index.name);
		optional(detail, index.detail);
		showProgress(index, progress, bar, phase);
		showCondition(index.condition, facts, advice);
		if (context.writable) {
			sync(buttons, operations(index), (operation) => operation.label, operationButton);
		}
	};
	return item;
}

function showProgress({ progress, purpose, state }, node, bar, phase) {
	node.hidden = !progress && state !== 'BUILDING';
	if (node.hidden) {
		return;
	}
	set(bar, 'aria-label', `Build of the index for ${purpose}`);
	if (!progress) {
		set(bar, 'value', null);
		text(phase, 'The build begins');
		return;
	}
	set(bar, 'value', progress.total > 0 ? progress.done / progress.total : null);
	const parts = [words(progress.phase), progress.total > 0 ? `${Math.floor(100 * progress.done / progress.total)} %` : null,
		`for ${duration(Math.round(seconds(progress.running)))}`,
		progress.remaining ? `about ${duration(Math.round(seconds(progress.remaining)))} left in this phase` : null,
		progress.waitsFor ? `waits for ${progress.waitsFor}` : null];
	text(phase, parts.filter(Boolean).join(', '));
}

function showCondition(condition, facts, advice) {
	facts.hidden = !condition;
	optional(advice, condition?.defect ? (DEFECTS[condition.defect]?.(condition) ?? words(condition.defect)) : '');
	if (!condition) {
		return;
	}
	const values = [['Size', bytes(condition.bytes)], ['When new', bytes(condition.bytesWhenNew)], ['Rows', count(condition.rows)],
		['Dead rows', count(condition.deadRows)], ['Scans', count(condition.scans)],
		['Built', condition.builtAt ? timeOf(new Date(condition.builtAt)) : 'not known']];
	const news = JSON.stringify(condition);
	if (facts.dataset.shown !== news) {
		facts.dataset.shown = news;
		facts.replaceChildren(...values.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
	}
}

function operations({ table, name, purpose, state, progress }) {
	const path = `${context.url}/${encodeURIComponent(table)}`;
	if (name && (state === 'BUILDING' || progress)) {
		return [{ context, label: 'Cancel the build', subject: purpose, title: `Cancel the build of ${name}?`, verb: 'Cancel the build', path, body: { action: 'cancel', index: name },
			done: `The build of ${name} is canceled`,
			consequence: state === 'BUILDING' ? 'What was built is dropped. Searches do without the index until somebody has it built, or an instance of the service is started.'
				: 'What was built is dropped, and the index that serves stays.' }];
	}
	if (name && state === 'READY') {
		return [{ context, label: 'Rebuild', subject: purpose, title: `Rebuild ${name}?`, verb: 'Rebuild', path, body: { action: 'rebuild', index: name },
			done: `${name} is built anew`,
			consequence: 'REINDEX CONCURRENTLY builds a new index beside it, which takes memory, disk space and time on the writer. The present one serves until then.' }];
	}
	return [];
}

const share = (value) => (value === null || value === undefined ? '–' : value.toFixed(3));

function recallFigure() {
	const heading = element('h4');
	const state = element('span', { class: 'badge' });
	const sentence = element('p');
	const detail = element('p', { class: 'detail' });
	const plot = element('div', { class: 'plot' });
	const figure = element('figure', {}, element('div', { class: 'head' }, heading, state), sentence, detail, plot);
	let shown = '';
	figure.update = (recall) => {
		const [level, message] = RECALL_STATES[recall.state] ?? ['', words(recall.state)];
		text(heading, `Recall of ${recall.column}`);
		set(state, 'data-level', level);
		text(state, message);
		text(sentence, sentenceOf(recall));
		optional(detail, recall.detail);
		const news = JSON.stringify(recall.curve ?? []);
		if (news !== shown) {
			shown = news;
			plot.replaceChildren(...(recall.curve?.length ? [chart(recall), values(recall)]
				: recall.measured === null ? [] : [element('p', { class: 'muted' }, 'The whole curve is known to the instance of the service that has measured it.')]));
		}
	};
	return figure;
}

function sentenceOf({ setting, value, measured, lowerBound, target }) {
	if (measured === null) {
		return `Target ${share(target)}; nothing was measured yet.`;
	}
	return `${setting} ${count(value)} finds ${share(measured)} of the nearest rows, at least ${share(lowerBound)} (95 % confidence). Target ${share(target)}.`;
}

const WIDTH = 480;
const HEIGHT = 200;
const LEFT = 44;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2];

/** Recall against the setting, on a logarithmic axis, with its confidence intervals. */
function chart({ column, setting, value, target, curve }) {
	const low = Math.log(curve[0].setting);
	const high = Math.log(curve.at(-1).setting);
	const least = Math.min(target, ...curve.map((point) => point.lower));
	const step = STEPS.find((each) => 1 - least <= 5 * each);
	const lines = Math.max(1, Math.ceil((1 - least) / step - 1e-9));
	const floor = 1 - lines * step;
	const x = (point) => LEFT + (high > low ? (Math.log(point) - low) / (high - low) : 0.5) * (WIDTH - LEFT - RIGHT);
	const y = (recall) => TOP + (1 - recall) / (1 - floor) * (HEIGHT - TOP - BOTTOM);
	const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `Recall of ${column} against ${setting}; the values are in the table below` });
	const label = (content, at, anchor = 'middle') => picture.append(svg('text', { ...at, 'text-anchor': anchor }, content));
	for (let line = 0; line <= lines; line++) {
		const recall = floor + line * step;
		picture.append(svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(recall), y2: y(recall) }));
		label(recall.toFixed(2), { x: LEFT - 6, y: y(recall) + 4 }, 'end');
	}
	let last = -Infinity;
	for (const point of curve) {
		if (x(point.setting) - last > 40) {
			last = x(point.setting);
			label(count(point.setting), { x: last, y: HEIGHT - BOTTOM + 16 });
		}
	}
	label(setting, { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 3 });
	picture.append(svg('line', { class: 'target', x1: LEFT, x2: WIDTH - RIGHT, y1: y(target), y2: y(target) }),
		svg('polyline', { class: 'curve', points: curve.map((point) => `${x(point.setting)},${y(point.recall)}`).join(' ') }));
	label(`target ${share(target)}`, { x: WIDTH - RIGHT, y: y(target) + (target > 0.97 ? 14 : -5), class: 'target-label' }, 'end');
	for (const point of curve) {
		const description = `${setting} ${count(point.setting)}: ${share(point.recall)}, ${share(point.lower)} to ${share(point.upper)}`;
		picture.append(svg('g', { class: point.setting === value ? 'chosen' : 'point' },
			svg('line', { x1: x(point.setting), x2: x(point.setting), y1: y(point.lower), y2: y(Math.min(1, point.upper)) }),
			svg('circle', { cx: x(point.setting), cy: y(point.recall), r: point.setting === value ? 5 : 3 }), svg('title', {}, description)));
	}
	return picture;
}

function values({ setting, value, curve }) {
	const rows = curve.map((point) => element('tr', { class: point.setting === value ? 'chosen' : null }, element('th', { scope: 'row', class: 'number' }, count(point.setting)),
		...[share(point.recall), `${share(point.lower)} – ${share(point.upper)}`, milliseconds(point.p50), milliseconds(point.p99), count(point.queries)]
			.map((each) => element('td', { class: 'number' }, each))));
	const head = element('tr', {}, ...[setting, 'Recall', '95 % confidence', 'p50', 'p99', 'Queries'].map((each) => element('th', { scope: 'col', class: 'number' }, each)));
	return element('details', {}, element('summary', {}, 'Values, and what they cost'),
		element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Recall by ${setting}` }, element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))));
}

function milliseconds(iso) {
	return `${(seconds(iso) * 1000).toFixed(1)} ms`;
}
