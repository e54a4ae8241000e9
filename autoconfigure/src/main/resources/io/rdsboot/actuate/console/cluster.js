/** The cluster: instances, events, decisions, credentials. */

import { $, element, optional, set, svg, sync, text } from './dom.js';
import { ago, count, counted, duration, seconds, words } from './format.js';

export const id = 'cluster';
export const title = 'Cluster';

const EVERY_MS = 2000;
const LONG_LAG_SECONDS = 30;
const SOON_SECONDS = 60;
const BAR = 120;

const REASONS = {
	WRITE: 'may write, or no transaction',
	READ_OUTSIDE_TRANSACTION: 'read outside a transaction',
	INFRASTRUCTURE: 'store of sessions, locks or jobs',
	READ: 'read-only',
	NO_READER_IN_ZONE: 'read-only, no reader is in this zone',
	ZONE_READERS_UNAVAILABLE: 'read-only, no reader in this zone was available',
	ZONE_READERS_LAG: 'read-only, the readers in this zone lag',
	ZONE_READERS_BUSY: 'read-only, the readers in this zone are busy',
	READ_FROM_WRITER: 'read-only, at level writer',
	SERIALIZABLE: 'read-only and serializable',
	NO_READER: 'read-only, but there is no reader',
	READ_YOUR_WRITES: 'read-only, no reader has its writes yet',
	READER_LAG: 'read-only, all readers lag',
	READER_FALLBACK: 'read-only, no reader was available'
};

const EVENTS = {
	WRITER: ({ instance, former, took }) => [`${instance} is the writer${former ? ` now, ${former} was` : ''}${took ? `; there was none for ${duration(seconds(took))}` : ''}`, 'look'],
	WRITER_LOST: ({ instance }) => [`No writer answers: the last was ${instance}`, 'act'],
	UNREACHABLE: ({ instance }) => [`${instance} does not answer`, 'act'],
	REACHABLE: ({ instance }) => [`${instance} answers again`, 'fine'],
	ADDED: ({ instance }) => [`${instance} has joined the cluster`, 'fine'],
	REMOVED: ({ instance }) => [`${instance} has left the cluster`, 'look'],
	SUSPENDED: ({ instance }) => [`${instance} was suspended by an operator`, 'look'],
	RESUMED: ({ instance }) => [`${instance} was resumed by an operator`, 'fine']
};

let context;

export function start(given) {
	context = given;
}

export const interval = () => EVERY_MS;

export function summary({ writer, instances, resting }) {
	const readers = instances.filter((instance) => instance.role === 'READER');
	const serving = readers.filter((reader) => reader.reader === 'SERVES' && reader.reachable).length;
	const served = readers.length ? `${serving} of ${counted(readers.length, 'reader')} ${serving === 1 ? 'serves' : 'serve'}` : 'no readers';
	return `${writer ? `Writer ${writer}` : 'No writer'}, ${served}${resting ? ', resting' : ''}`;
}

export function problems({ writer, instances, credentials, resting }) {
	const found = [];
	const add = (level, key, message, anchor) => found.push({ level, key, text: message, anchor });
	if (!writer && !resting) {
		add('act', 'writer', 'No writer is known: transactions that may write wait, and fail in the end');
	}
	for (const instance of instances) {
		instanceProblems(instance).forEach(([level, message]) => add(level, `${instance.name} ${message.replace(/[\d.,]+/g, '')}`, `${instance.name} ${message}`));
	}
	const remaining = seconds(credentials?.remaining);
	if (remaining !== null && remaining < SOON_SECONDS) {
		add('act', 'credentials', remaining < 0 ? 'Credentials are expired, and were not renewed' : `Credentials expire in ${duration(remaining)}, and were not renewed`);
	}
	return found;
}

function instanceProblems({ role, reachable, reader, lag, pool }) {
	const found = [];
	if (!reachable) {
		found.push([role === 'WRITER' ? 'act' : 'look', `(${words(role).toLowerCase()}) does not answer`]);
	}
	if (pool?.waiting) {
		found.push(['act', `has no free connection: ${counted(pool.waiting, 'thread waits', 'threads wait')}`]);
	}
	if (pool?.failure && reachable) {
		found.push([role === 'WRITER' ? 'act' : 'look', 'refused the last connection']);
	}
	if (reader === 'SUSPENDED') {
		found.push(['look', 'is suspended: no reads are routed to it']);
	}
	if (reader === 'LEFT_OUT' && reachable) {
		found.push(['look', 'is left out: it has failed, or opens its first connections']);
	}
	if (role === 'READER' && reachable && seconds(lag) > LONG_LAG_SECONDS) {
		found.push(['look', `lags by ${duration(seconds(lag))}`]);
	}
	return found;
}

export function show({ instances, events, decisions, credentials }, at) {
	const sorted = [...instances].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
	sync($('instances'), sorted, (instance) => instance.name, instanceRow);
	$('no-instances').hidden = instances.length > 0;
	sync($('events'), events, (event) => `${event.at} ${event.kind} ${event.instance}`, eventItem);
	$('no-events').hidden = events.length > 0;
	sync($('decisions'), decisions, (decision) => `${decision.instance} ${decision.reason}`, decisionRow);
	showCredentials(credentials, at);
}

/** Worst first, then the writer. */
function rank(instance) {
	const levels = instanceProblems(instance).map(([level]) => level);
	return (levels.includes('act') ? 0 : levels.length ? 2 : 4) + (instance.role === 'WRITER' ? 0 : 1);
}

function cell(label, classes, ...children) {
	return element('td', { role: 'cell', 'data-label': label, class: classes }, ...children);
}

function instanceRow() {
	const name = element('span', { class: 'name' });
	const address = element('span', { class: 'address' });
	const place = element('span', { class: 'address' });
	const failure = element('span', { class: 'failure' });
	const role = element('span', { class: 'role' });
	const state = element('span', { class: 'badge' });
	const lag = cell('Lag', 'number');
	const used = svg('rect', { class: 'used', height: 8 });
	const idle = svg('rect', { class: 'idle', height: 8 });
	const bar = svg('svg', { class: 'pool', viewBox: `0 0 ${BAR} 8`, width: BAR, height: 8, 'aria-hidden': 'true' },
		svg('rect', { class: 'free', width: BAR, height: 8 }), idle, used);
	const figures = element('span', { class: 'figures' });
	const waiting = cell('Waiting', 'number');
	const buttons = element('p', { class: 'buttons' });
	const row = element('tr', { role: 'row' }, element('th', { role: 'rowheader', scope: 'row' }, name, address, place, failure),
		cell('Role', '', role), cell('State', '', state), lag, cell('Pool', '', bar, figures), waiting, cell('Operations', 'write', buttons));
	row.update = (instance) => {
		const { pool } = instance;
		text(name, instance.name);
		optional(address, instance.address === instance.name ? '' : instance.address);
		optional(place, [instance.zone, ...instance.groups.map((group) => `group ${group}`)].filter(Boolean).join(', '));
		optional(failure, pool?.failure);
		text(role, words(instance.role));
		set(role, 'data-role', instance.role);
		const [level, message] = stateOf(instance);
		set(state, 'data-level', level);
		text(state, message);
		text(lag, instance.role === 'READER' ? duration(seconds(instance.lag)) : '–');
		bar.toggleAttribute('hidden', !pool);
		set(used, 'width', pool ? BAR * Math.min(1, pool.active / pool.maximumSize) : 0);
		set(idle, 'width', pool ? BAR * Math.min(1, (pool.active + pool.idle) / pool.maximumSize) : 0);
		set(bar, 'data-full', Boolean(pool && pool.active >= pool.maximumSize));
		text(figures, pool ? `${count(pool.active)} in use, ${count(pool.idle)} idle, of ${count(pool.maximumSize)}` : 'none');
		text(waiting, pool ? count(pool.waiting) : '–');
		waiting.classList.toggle('alarming', Boolean(pool?.waiting));
		if (context.writable) {
			sync(buttons, operations(instance), (operation) => operation.label, operationButton);
		}
	};
	return row;
}

function stateOf({ role, reachable, reader }) {
	if (!reachable) {
		return [role === 'WRITER' ? 'act' : 'look', 'Does not answer'];
	}
	if (role === 'READER') {
		return { SERVES: ['fine', 'Serves'], SUSPENDED: ['look', 'Suspended'], LEFT_OUT: ['look', 'Left out'] }[reader];
	}
	return role === 'WRITER' ? ['fine', 'Takes writes'] : ['look', 'Role not known'];
}

function operations({ name, role, reader }) {
	const path = `${context.url}/${encodeURIComponent(name)}`;
	const all = [];
	if (role === 'READER' && reader !== 'SUSPENDED') {
		all.push({ label: 'Suspend', title: `Suspend ${name}?`, verb: 'Suspend', path, body: { action: 'suspend' }, done: `${name} is suspended`,
			consequence: 'This instance of the service routes no reads to it until it is resumed or the application is restarted. What is running goes on.' });
	}
	if (reader === 'SUSPENDED') {
		all.push({ label: 'Resume', title: `Resume ${name}?`, verb: 'Resume', path, body: { action: 'resume' }, done: `${name} is resumed`,
			consequence: 'This instance of the service routes reads to it again.' });
	}
	all.push({ label: 'Renew connections', title: `Renew the connections to ${name}?`, verb: 'Renew', path, body: { action: 'renew-connections' },
		done: `The connections to ${name} are renewed`, consequence: 'Idle connections of its pool are closed now, and those in use when they are given back.' });
	return all.map((operation) => ({ ...operation, subject: name }));
}

/** Button of an operation, with its subject in its name for those who do not see the row. */
export function operationButton() {
	const label = element('span');
	const subject = element('span', { class: 'hidden' });
	const button = element('button', { type: 'button' }, label, subject);
	button.update = (operation) => {
		text(label, operation.label);
		text(subject, operation.subject ? ` (${operation.subject})` : '');
		button.onclick = () => (operation.context ?? context).operate(operation);
	};
	return button;
}

export function timeOf(date) {
	return element('time', { datetime: date.toISOString(), title: date.toLocaleString() }, ago(date));
}

function eventItem(event) {
	const [message, level] = EVENTS[event.kind](event);
	const item = element('li', { 'data-level': level }, timeOf(new Date(event.at)), element('span', {}, message));
	item.update = () => {};
	return item;
}

function decisionRow() {
	const instance = element('strong');
	const reason = element('span', { class: 'reason' });
	const number = element('td', { class: 'number' });
	const last = element('td', { class: 'number' });
	const row = element('tr', {}, element('th', { scope: 'row' }, instance, reason), number, last);
	row.update = (decision) => {
		text(instance, decision.instance);
		text(reason, `${words(decision.role)}: ${REASONS[decision.reason] ?? words(decision.reason)}`);
		text(number, count(decision.count));
		const date = new Date(decision.last);
		if (last.firstElementChild?.dateTime !== date.toISOString()) {
			last.replaceChildren(timeOf(date));
		}
	};
	return row;
}

function showCredentials(credentials, at) {
	const node = $('credentials');
	if (!credentials) {
		node.replaceChildren(element('p', { class: 'muted' }, 'A password that is not renewed.'));
		return;
	}
	const age = seconds(credentials.age);
	const remaining = seconds(credentials.remaining);
	const facts = [
		['Age', age === null ? 'not in use' : duration(age)],
		['Remaining', remaining === null ? (age === null ? '–' : 'no end') : duration(remaining)],
		['Renewed', counted(credentials.renewals, 'time')],
		['Failed', counted(credentials.failures, 'time')]
	];
	const list = element('dl', { class: 'facts' }, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
	list.title = `As of ${new Date(at).toLocaleString()}`;
	node.replaceChildren(list);
	if (remaining !== null && age !== null && remaining > 0) {
		node.prepend(element('meter', { min: 0, max: age + remaining, value: remaining, low: SOON_SECONDS, optimum: age + remaining,
			'aria-label': 'Remaining life of the credentials' }));
	}
}
