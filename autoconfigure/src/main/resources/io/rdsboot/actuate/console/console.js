/** The page: what needs attention now, and the parts that show it. */

import { $, element, set, sync, text } from './dom.js';
import { ago, counted, duration } from './format.js';
import { RequestError, request, Source } from './source.js';
import * as cluster from './cluster.js';
import * as vectors from './vectors.js';
import * as diagnostics from './diagnostics.js';

const PARTS = [cluster, vectors, diagnostics];
const LEVELS = { act: 0, look: 1 };
const LEVEL_NAMES = { act: 'Act', look: 'Look' };
const SHOWN_PROBLEMS = 30;
const SAID_MS = 8000;

const ABSENT = {
	rds: ['This application has no data source of rds.*.', null],
	vectorindexes: ['This application declares no vector repository.', null],
	rdsdiagnostics: ['This application has no cluster that could be diagnosed.', null]
};

const sources = new Map();

function start(part) {
	const section = $(part.id);
	const { endpoint, url, state } = section.dataset;
	if (state === 'unused' || state === 'hidden') {
		const notice = section.querySelector('.notice');
		notice.replaceChildren(...(state === 'unused' ? [ABSENT[endpoint][0]] : [`The endpoint ${endpoint} is not exposed. To see it here: `,
			element('code', {}, `management.endpoints.web.exposure.include: …, ${endpoint}`)]));
		notice.hidden = false;
		section.querySelectorAll('.heading .buttons').forEach((each) => each.remove());
		return null;
	}
	section.classList.toggle('writable', state === 'write');
	const source = new Source(url, () => part.interval(source.data), () => show(part, source));
	part.start({ operate: (operation) => operate(operation, source), refresh: () => source.now(), writable: state === 'write', url });
	return source;
}

function show(part, source) {
	const section = $(part.id);
	section.querySelector('.content').hidden = !source.data;
	section.classList.toggle('stale', Boolean(source.failure));
	if (source.data && !source.failure) {
		part.show(source.data, source.at);
	}
	showTrouble();
	showProblems();
}

/** Says which endpoints do not answer, and how old is what is shown of them. */
function showTrouble() {
	const failing = [...sources].filter(([, source]) => source.failure);
	$('trouble').hidden = !failing.length;
	text($('trouble'), failing.map(([part, source]) => {
		const shown = source.data ? `What is shown was true at ${new Date(source.at).toLocaleTimeString()}.` : 'There is nothing to show yet.';
		return `${part.title}: ${source.failure}. ${shown}`;
	}).join(' '));
	document.body.classList.toggle('troubled', failing.length > 0);
}

function showProblems() {
	const known = [...sources].filter(([, source]) => source.data);
	const problems = known.flatMap(([part, source]) => part.problems(source.data).map((problem) => ({ ...problem, target: part.id })));
	problems.sort((a, b) => LEVELS[a.level] - LEVELS[b.level]);
	sync($('problems'), problems.slice(0, SHOWN_PROBLEMS), (problem) => `${problem.target} ${problem.key}`, problemItem);
	$('problems').hidden = !problems.length;
	const unasked = PARTS.filter((part) => !sources.get(part)?.data).map((part) => part.title.toLowerCase());
	const unseen = unasked.length ? ` Nothing is known of: ${unasked.join(', ')}.` : '';
	const more = problems.length > SHOWN_PROBLEMS ? `And ${counted(problems.length - SHOWN_PROBLEMS, 'more finding', 'more findings')} below.` : '';
	const calm = known.length ? 'Nothing, as far as is known.' : 'Nothing is known yet.';
	text($('calm'), (problems.length ? more : calm) + unseen);
	$('calm').hidden = !$('calm').textContent;
	set($('calm'), 'data-level', problems.length || unseen ? null : 'fine');
	const urgent = problems.filter((problem) => problem.level === 'act').length;
	document.title = `${urgent ? `(${urgent}) ` : ''}RDS console ${location.host}`;
	const source = sources.get(cluster);
	text($('summary'), source?.data ? cluster.summary(source.data) : '');
}

function problemItem() {
	const level = element('span', { class: 'badge' });
	const link = element('a');
	const item = element('li', {}, level, link);
	item.update = (problem) => {
		set(level, 'data-level', problem.level);
		text(level, LEVEL_NAMES[problem.level]);
		set(link, 'href', `#${problem.anchor ?? problem.target}`);
		text(link, problem.text);
	};
	return item;
}

/** Once a second: how fresh the page is, and all relative times. */
function tick() {
	for (const time of document.querySelectorAll('time[datetime]')) {
		text(time, ago(new Date(time.dateTime)));
	}
	const all = [...sources.values()];
	const failing = all.filter((source) => source.failure);
	const main = sources.get(cluster) ?? all[0];
	set($('fresh'), 'data-level', failing.length ? 'look' : 'fine');
	if (!main) {
		text($('fresh-text'), 'No endpoint is exposed');
	}
	else if (failing.length) {
		const next = Math.max(0, Math.min(...failing.map((source) => source.due)) - Date.now());
		text($('fresh-text'), next < 1000 ? 'Trying again …' : `No answer; trying again in ${duration(Math.ceil(next / 1000))}`);
	}
	else if (main.at) {
		text($('fresh-text'), `Updated ${ago(new Date(main.at))}`);
	}
}

/** Asks whether an operation is meant, does it, and says what came of it. */
function operate({ title, consequence, verb, path, body, done }, source) {
	const opener = document.activeElement;
	text($('confirm-title'), title);
	text($('confirm-text'), consequence);
	text($('confirm-yes'), verb);
	const close = () => {
		$('confirm').close();
		(opener.isConnected ? opener : $('now')).focus();
	};
	$('confirm-no').onclick = close;
	$('confirm').oncancel = (event) => {
		event.preventDefault();
		close();
	};
	$('confirm-yes').onclick = async () => {
		close();
		try {
			await request(path, body);
			say(done);
		}
		catch (error) {
			if (!(error instanceof RequestError)) {
				throw error;
			}
			say(`Not done: ${error.message}`, 'act');
		}
		source.now();
	};
	$('confirm').showModal();
	$('confirm-no').focus();
}

let silence;

function say(message, level = 'fine') {
	clearTimeout(silence);
	$('said').dataset.level = level;
	text($('said'), message);
	silence = setTimeout(() => text($('said'), ''), SAID_MS);
}

document.addEventListener('click', async (event) => {
	const button = event.target.closest('button.copy');
	if (!button) {
		return;
	}
	const code = button.parentElement.querySelector('code');
	try {
		await navigator.clipboard.writeText(code.textContent);
		say('The statement was copied');
	}
	catch {
		// Only pages by HTTPS or from this machine may write to the clipboard.
		getSelection().selectAllChildren(code);
		say('The statement is selected: copy it by the keyboard');
	}
});

for (const part of PARTS) {
	const source = start(part);
	if (source) {
		sources.set(part, source);
	}
}
text($('host'), location.host);
showProblems();
tick();
setInterval(() => document.hidden || tick(), 1000);
await Promise.all([...sources.values()].map((source) => source.now()));
