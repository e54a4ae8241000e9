import { $, element, optional, set, text } from './actuator/rdsconsole/dom.js';
import { bytes, count, counted, duration, seconds } from './actuator/rdsconsole/format.js';

const STATUS_EVERY_MS = 1_000;
const WRITES_EVERY_MS = 200;
const SHOWN_FINDINGS = 20;
const ENDPOINT = 'actuator/rdsmove';

const STAGES = {
	NOT_BEGUN: 'The move has not begun.',
	SOURCE_WRITES: 'The source is written to.',
	SWITCHING: 'Writes are being switched to the other side.',
	TARGET_WRITES: 'The target is written to, and the source follows.',
	FINISHED: 'The move is over.',
	UNKNOWN: 'Neither side says which one is written to.'
};

/** Each with what it does, its buttons (label, step, share), and what the state of the move says of it. */
const STEPS = [
	['assess', 'Assess', 'Asks both databases what stands in the way.', [['Assess']]],
	['schema', 'Schema', 'Lets the migrations of the application create its tables on the target.', [['Bring the schema']]],
	['copy', 'Copy', 'Copies all rows. The target follows from then on.', [['Copy']]],
	['follow', 'Follow', 'How far the side that is not written to is behind the other one.', []],
	['verify', 'Verify', 'Compares all rows of both sides, while rows are written.', [['Verify']]],
	['shadow', 'Shadow', 'Asks both sides the same reads, and compares the answers.', [['All reads', 100], ['No reads', 0]]],
	['read', 'Read', 'Lets the target answer a share of the searches. A query is always answered by the same side.', [['50 %', 50], ['0 %', 0]]],
	['cutover', 'Cutover', 'Switches all writes to the target. The source follows from then on.', [['Switch to the target']]],
	['back', 'Back', 'Switches all writes back to the source.', [['Switch back']]],
	['finish', 'Finish', 'Ends the move. The source stays closed to writes.', [['Finish']]],
	['cancel', 'Cancel', 'Takes the copy back, while the source is written to.', [['Cancel']]]
];

/** What steps have answered, by their names. */
const answers = {};
let status = null;
let busy = false;

async function request(path, body) {
	const options = body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
	const response = await fetch(path, options).catch(() => {
		throw new Error('The service cannot be reached.');
	});
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(answer.error ?? answer.detail ?? `The service answered with status ${response.status}.`);
	}
	return answer;
}

/* ---- What the state says of each step: [is it complete, is it due, text, findings] ---- */

const isAt = (...stages) => stages.includes(status.stage);
const isCopied = () => status.copy?.state === 'DONE' || isAt('TARGET_WRITES', 'FINISHED');

const STATES = {
	assess() {
		const report = answers.assess;
		if (!report) {
			return [!isAt('NOT_BEGUN'), isAt('NOT_BEGUN'), ''];
		}
		return [report.ready, !report.ready, `${report.ready ? 'Nothing stands in the way' : 'The copy cannot begin'}: ${counted(report.tables, 'table')}, ${bytes(report.bytes)}, ${bytes(report.writtenBytesPerSecond)} written a second.`,
			report.findings.map((each) => `${each.level.toLowerCase()}: ${each.subject ? `${each.subject}: ` : ''}${each.message} ${each.action ?? ''}`)];
	},
	schema() {
		const differences = answers.schema;
		return [Boolean(differences) || !isAt('NOT_BEGUN'), isAt('NOT_BEGUN'),
			differences ? (differences.length ? `The tables are there. ${counted(differences.length, 'difference')}:` : 'Both sides have the same schema.') : '',
			(differences ?? []).map((each) => `${each.kind} ${each.name}: ${each.message}`)];
	},
	copy() {
		const copy = status.copy;
		if (!copy || copy.state === 'NOT_STARTED') {
			return [isCopied(), Boolean(answers.schema) && isAt('NOT_BEGUN'), ''];
		}
		const copied = copy.tables.filter((each) => each.copied).length;
		const left = copy.indexes.length ? `, ${counted(copy.indexes.length, 'index', 'indexes')} to build` : '';
		return [isCopied(), false, `${copied} of ${counted(copy.tables.length, 'table')} copied${left}${copy.reason ? `. ${copy.reason}` : ''}`,
			copy.tables.map((each) => `${each.table.table}: ${each.state.toLowerCase()}, ${bytes(each.bytes)}`)];
	},
	follow() {
		const { link } = status;
		if (!link) {
			return [isAt('FINISHED'), false, ''];
		}
		return [link.following, false, `${status.writer === 'target' ? 'The source' : 'The target'} ${link.following ? 'follows' : 'does not follow'}${link.slot ? `: ${lag(link.slot)}, ${bytes(link.slot.retainedBytes)} of log kept for it` : ''}.`];
	},
	verify() {
		const report = answers.verify;
		const due = isCopied() && isAt('SOURCE_WRITES');
		if (report?.error) {
			return [false, due, `Failed: ${report.error}`];
		}
		if (!isReport(report)) {
			return [false, due, report?.tables ? `${report.tablesDone} of ${counted(report.tables, 'table')}, ${count(report.rows)} rows compared …` : ''];
		}
		return [report.equal, due && !report.equal, `${counted(report.differenceCount, 'difference')} in ${count(report.rows)} rows of ${counted(report.tables, 'table')}, compared in ${duration(seconds(report.took))}.`,
			[...report.differences.map((each) => `${each.table.schema}.${each.table.table} (${each.key.join(', ')}) ${each.kind}${each.columns.length ? ` in ${each.columns.join(', ')}` : ''}`),
				...report.undecided.map((each) => `${each.table.table} (${each.key.join(', ')}): undecided, ${each.reason}`), ...report.notes.map((each) => `note: ${each.subject} ${each.message}`)]];
	},
	shadow: () => [status.shadowShare > 0, isCopied() && isAt('SOURCE_WRITES') && !status.shadowShare, status.shadowShare ? `Both sides are asked the reads of ${status.shadowShare} % of the connections.` : ''],
	read: () => [status.readShare > 0, isCopied() && isAt('SOURCE_WRITES') && !status.readShare, status.readShare ? `The target answers ${status.readShare} % of the queries.` : ''],
	cutover: () => [isAt('TARGET_WRITES', 'FINISHED'), isCopied() && isAt('SOURCE_WRITES'), isAt('TARGET_WRITES', 'FINISHED') ? 'The target is written to.' : ''],
	back: () => [false, false, ''],
	finish: () => [isAt('FINISHED'), isAt('TARGET_WRITES'), isAt('FINISHED') ? 'Replication has ended.' : ''],
	cancel: () => [false, false, (answers.cancel?.left ?? []).length ? `Left: ${answers.cancel.left.join('; ')}` : '']
};

const isReport = (answer) => answer?.differenceCount !== undefined;

function lag(slot) {
	const behind = Math.max(0, slot.written.bytes - slot.confirmedFlush.bytes);
	return `${bytes(behind)} behind${slot.lag === null ? '' : `, ${duration(seconds(slot.lag))}`}`;
}

/* ---- Steps ---- */

function stepElement([name, title, does, buttons]) {
	const operations = element('p', { class: 'operations' }, ...buttons.map(([label, share]) => {
		const button = element('button', { type: 'button', class: 'plain', 'aria-label': `${title}: ${label}` }, label);
		button.onclick = () => take(name, share, `${title}: ${label}`, button);
		return button;
	}));
	return element('li', { class: 'step', 'data-step': name }, element('h3', {}, title), operations, element('p', {}, does),
		element('p', { class: 'state' }), element('progress', { hidden: true, 'aria-label': `Progress of ${name}` }), element('ul', { hidden: true }));
}

function showSteps() {
	for (const item of $('steps').children) {
		const [complete, due, state, findings = []] = STATES[item.dataset.step]();
		item.classList.toggle('complete', Boolean(complete));
		item.classList.toggle('due', Boolean(due));
		optional(item.querySelector('.state'), state || (complete ? 'Done.' : due ? 'Can be taken now.' : ''));
		showFindings(item.querySelector('ul'), findings);
	}
	const copy = status.copy;
	progress('copy', copy?.state === 'COPYING', copy?.tables.filter((each) => each.copied).length, copy?.tables.length);
	const verify = isReport(answers.verify) ? null : answers.verify;
	progress('verify', Boolean(verify?.tables), verify?.tablesDone, verify?.tables);
}

function showFindings(list, findings) {
	const shown = findings.slice(0, SHOWN_FINDINGS);
	if (findings.length > shown.length) {
		shown.push(`and ${count(findings.length - shown.length)} more`);
	}
	if ([...list.children].map((each) => each.textContent).join('\n') !== shown.join('\n')) {
		list.replaceChildren(...shown.map((each) => element('li', {}, each)));
	}
	list.hidden = !shown.length;
}

function progress(step, shown, value, max) {
	const node = $('steps').querySelector(`[data-step="${step}"] progress`);
	node.hidden = !shown;
	if (shown) {
		set(node, 'max', max);
		set(node, 'value', value);
	}
}

async function take(step, share, label, button) {
	if (busy) {
		return;
	}
	setBusy(true);
	$('failed').hidden = true;
	text($('done'), `${label} …`);
	try {
		if (step === 'cutover' || step === 'back') {
			await request('api/move/writes', {});
		}
		answers[step] = step === 'assess' ? await request(`${ENDPOINT}/assess`) : await request(`${ENDPOINT}/${step}`, share === undefined ? {} : { share });
		text($('done'), `${label}: done`);
		if (answers[step].pause) {
			showPause(answers[step]);
		}
		if (step === 'verify') {
			watchVerification(true);
		}
	}
	catch (error) {
		text($('failed'), `${label}: ${error.message}`);
		$('failed').hidden = false;
		text($('done'), '');
	}
	setBusy(false);
	button.focus();
	await showStatus();
}

/** Buttons that are disabled would lose the focus. */
function setBusy(value) {
	busy = value;
	document.querySelectorAll('.steps button').forEach((button) => set(button, 'aria-disabled', value));
}

/** Asks until the report is there. A verification that was begun has no tables at first; one that never was, neither. */
async function watchVerification(begun) {
	answers.verify = await request(`${ENDPOINT}/verify`).catch((error) => ({ error: error.message }));
	if (!isReport(answers.verify) && !answers.verify.error && (begun || answers.verify.tables)) {
		setTimeout(() => watchVerification(true), STATUS_EVERY_MS);
	}
	if (status) {
		showSteps();
	}
}

/* ---- Sides, writes, pause ---- */

let addresses = {};

async function showStatus() {
	try {
		status = await request(ENDPOINT);
	}
	catch (error) {
		text($('stage'), error.message);
		return;
	}
	text($('stage'), STAGES[status.stage]);
	$('problems').replaceChildren(...status.problems.map((each) => element('li', {}, each)));
	$('problems').hidden = !status.problems.length;
	$('sides').replaceChildren(...['source', 'target'].map((side) => {
		const writes = status.writer === side;
		const follows = !writes && status.link?.following;
		const reads = side === 'target' && status.readShare ? `${status.readShare} % of reads` : '';
		return element('li', { class: 'instance', 'data-server': writes ? 'writer' : 'reader-0', 'data-side': side },
			element('span', { class: 'name' }, side === 'source' ? 'Source' : 'Target'), element('span', { class: 'badge' }, writes ? 'Written to' : follows ? 'Follows' : 'Not in use'),
			element('span', { class: 'address' }, addresses[side] ?? ''), element('span', { class: 'behind' }, follows && status.link.slot ? lag(status.link.slot) : ''), element('span', { class: 'behind' }, reads));
	}));
	showSteps();
}

async function showWrites() {
	let state;
	try {
		state = await request('api/move');
	}
	catch {
		return;
	}
	addresses = state;
	const { written, failed, longestMillis, sinceMillis } = state.writes;
	const figures = [['Rows written', count(written)], ['Writes that failed', count(failed)], ['Longest write since the last switch began', duration(longestMillis / 1000)],
		['Since the last write', duration(sinceMillis / 1000)]];
	$('writes').replaceChildren(...figures.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

function showPause({ writer, pause, parts }) {
	const each = Object.entries(parts).map(([part, took]) => `${part} ${duration(seconds(took))}`);
	optional($('pause'), `Writes were held for ${duration(seconds(pause))}, and go to the ${writer} now: ${each.join(', ')}.`);
}

/** Runs again and again, but not in a page that nobody sees. */
async function repeat(action, every) {
	await action();
	setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', () => repeat(action, every), { once: true }) : repeat(action, every)), every);
}

$('steps').replaceChildren(...STEPS.map(stepElement));
await repeat(showWrites, WRITES_EVERY_MS);
await repeat(showStatus, STATUS_EVERY_MS);
watchVerification(false);
