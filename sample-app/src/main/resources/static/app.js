// Text from the index is only ever set as text, never as markup.

const TIMEOUT_MS = 10_000;
const DEFAULT_MEANING = '0.5';
const TYPING_PAUSE_MS = 250;
const TOPOLOGY_EVERY_MS = 2_000;
const RUNNING_EVERY_MS = 500;
const IDLE_EVERY_MS = 5_000;
const HISTORY = 32;
const SHOWN_LINES = 4;
const COLORS = 4;
const EXAMPLES = ['what happens when the primary dies', 'share reads among replicas', 'how to change a password without an outage', 'TopologyMonitor'];
/** Similarity from which on a passage has something to do with the query, as a rule. */
const NEAR = 0.3;
const MEANINGS = { 0: 'words alone', 0.25: 'words above all', 0.5: 'words and meaning alike', 0.75: 'meaning above all', 1: 'meaning alone' };
/** Where the rows of an answer come from; the API has the names of the search's plans. */
const PLANS = {
	EXACT: 'all passages that fulfil the filter were compared',
	INDEX: 'found by the vector index',
	INDEX_THEN_EXACT: 'the vector index has found too few, so all passages that fulfil the filter were compared',
	EXACT_THEN_INDEX: 'more passages fulfil the filter than expected, so the vector index has found them'
};
const LOGINS = { password: 'password', iam: 'IAM token', 'secrets-manager': 'a secret of Secrets Manager' };
/** Why a search was answered by that server; the API has the names of the routing's reasons. */
const REASONS = {
	READ: 'because it only reads',
	NO_READER_IN_ZONE: 'because it only reads, and no reader is in this zone',
	ZONE_READERS_UNAVAILABLE: 'because it only reads, and no reader in this zone was available',
	ZONE_READERS_LAG: 'because no reader in this zone is fresh enough',
	ZONE_READERS_BUSY: 'because the readers in this zone are busy',
	READ_YOUR_WRITES: 'because no reader is known to have what you wrote',
	READER_LAG: 'because each reader is too far behind',
	READER_FALLBACK: 'because no reader was available',
	NO_READER: 'because there is no reader'
};
const COMMON_WORDS = new Set('a an and are as at be by for from has how in is it of on or that the to was what when which with'.split(' '));

const $ = (id) => document.getElementById(id);

/** Makes an element: text and elements as children, other values as attributes. */
function element(name, attributes = {}, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (value !== undefined && value !== false) {
			node.setAttribute(key, value === true ? '' : value);
		}
	}
	node.append(...children);
	return node;
}

async function request(path, { body, signal } = {}) {
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	const options = { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, headers: { Accept: 'application/json' } };
	if (body) {
		options.method = 'POST';
		options.headers['Content-Type'] = 'application/json';
		options.body = JSON.stringify(body);
	}
	let response;
	try {
		response = await fetch(path, options);
	}
	catch (error) {
		if (signal?.aborted) {
			throw error;
		}
		throw new Error(error.name === 'TimeoutError' ? 'The service did not answer within 10 seconds.' : 'The service cannot be reached.');
	}
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(answer.detail || answer.title || `The service answered with status ${response.status}.`);
	}
	return answer;
}

/* ---- Servers: one color each, by their place in the cluster ---- */

let instances = [];

function serverKey(name, role) {
	if (role === 'WRITER') {
		return 'writer';
	}
	const readers = instances.filter((instance) => instance.role !== 'WRITER');
	const index = readers.findIndex((instance) => instance.name === name);
	return `reader-${Math.max(index, 0) % COLORS}`;
}

function serverLabel(name, role) {
	if (role === 'WRITER') {
		return 'Writer';
	}
	const readers = instances.filter((instance) => instance.role !== 'WRITER');
	const index = readers.findIndex((instance) => instance.name === name);
	return index < 0 ? 'Reader' : `Reader ${index + 1}`;
}

function badge(name, role) {
	return element('span', { class: 'badge', 'data-server': serverKey(name, role) }, serverLabel(name, role));
}

async function refreshCluster() {
	try {
		const [topology, stats, login] = await Promise.all([request('api/topology'), request('api/stats'), request('api/login')]);
		instances = topology;
		showCluster(stats);
		$('login').textContent = `Logged in as ${login.role}, by ${LOGINS[login.type] ?? login.type}.`;
		$('cluster-error').hidden = true;
	}
	catch (error) {
		$('cluster-error').textContent = error.message;
		$('cluster-error').hidden = false;
	}
}

function showCluster(stats) {
	const total = stats.servers.reduce((sum, share) => sum + share.searches, 0);
	$('passage-count').textContent = `${stats.passages.toLocaleString('en')} passages.`;
	$('instances').replaceChildren(...instances.map((instance) => {
		const searches = stats.servers.filter((share) => share.server.instance === instance.name)
			.reduce((sum, share) => sum + share.searches, 0);
		const percent = total ? Math.round(100 * searches / total) : 0;
		const address = `${instance.host}:${instance.port}`;
		const bar = element('b');
		bar.style.width = `${percent}%`;
		return element('li', { class: instance.reachable ? 'instance' : 'instance down', 'data-server': serverKey(instance.name, instance.role) },
			element('span', { class: 'name' }, instance.name), badge(instance.name, instance.role),
			element('span', { class: 'address' }, address === instance.name ? `port ${instance.port}` : address),
			element('span', { class: 'state' }, stateOf(instance)),
			element('div', { class: 'share' }, element('i', {}, bar), `${searches} ${searches === 1 ? 'search' : 'searches'}, ${percent} %`));
	}));
}

function stateOf(instance) {
	if (!instance.reachable) {
		return 'unreachable';
	}
	return instance.role !== 'READER' || instance.lag === null ? 'reachable' : `lag ${(instance.lag / 1000).toFixed(1)} s`;
}

function addToHistory(server) {
	const label = serverLabel(server.instance, server.role);
	const short = server.role === 'WRITER' ? 'W' : `R${label.replace(/\D/g, '')}`;
	$('history').append(element('li', { 'data-server': serverKey(server.instance, server.role), title: `${label}, port ${server.port}` },
		short, element('span', { class: 'hidden' }, ` ${label}`)));
	while ($('history').childElementCount > HISTORY) {
		$('history').firstElementChild.remove();
	}
	$('history-box').hidden = false;
}

/* ---- Search ---- */

let running = null;
let lastSearch = '';

async function search() {
	const query = $('query').value.trim();
	running?.abort();
	const parameters = formParameters();
	history.replaceState(null, '', parameters.size ? `?${parameters}` : location.pathname);
	lastSearch = parameters.toString();
	if (!query) {
		showWelcome();
		return;
	}
	const controller = running = new AbortController();
	$('hits').classList.add('stale');
	$('results').setAttribute('aria-busy', 'true');
	if (!$('hits').childElementCount) {
		showMessage('Searching …');
	}
	try {
		const answer = await request(`api/search?${parameters}`, { signal: controller.signal });
		showAnswer(answer);
	}
	catch (error) {
		if (!controller.signal.aborted) {
			clearAnswer();
			showMessage('The search failed', error.message, true);
		}
	}
	finally {
		if (running === controller) {
			$('hits').classList.remove('stale');
			$('results').removeAttribute('aria-busy');
		}
	}
}

function clearAnswer() {
	$('answer').replaceChildren();
	$('far').hidden = true;
	$('hits').replaceChildren();
}

function showWelcome() {
	clearAnswer();
	$('hits').classList.remove('stale');
	$('results').removeAttribute('aria-busy');
	const examples = element('ul', {}, ...EXAMPLES.map((example) => {
		const button = element('button', { type: 'button' }, example);
		button.addEventListener('click', () => {
			$('query').value = example;
			search();
		});
		return element('li', {}, button);
	}));
	showMessage('Search what is indexed', 'Each answer says which server it came from.');
	$('message').append(examples);
}

function showMessage(title, text = '', isError = false) {
	$('message').className = isError ? 'message error' : 'message';
	$('message').replaceChildren(element('strong', {}, title), text);
	$('message').hidden = false;
}

/** The search as the address of the page and the API have it: what is as by default is left out. */
function formParameters() {
	const form = new FormData($('search'));
	const meaning = form.get('meaning');
	return new URLSearchParams([['q', form.get('q').trim()], ['type', form.get('type')], ['meaning', meaning === DEFAULT_MEANING ? '' : meaning]]
		.filter(([, value]) => value));
}

function showMeaning() {
	$('meaning').setAttribute('aria-valuetext', MEANINGS[$('meaning').value]);
}

function planText({ plan, efSearch, visited }) {
	const details = [efSearch === null ? '' : `ef_search ${efSearch}`, visited === null ? '' : `${visited.toLocaleString('en')} rows looked at`].filter((detail) => detail);
	return ` Plan: ${PLANS[plan] ?? plan}${details.length ? ` (${details.join(', ')})` : ''}.`;
}

function showAnswer({ query, hits, report, server, tookMillis }) {
	$('answer').replaceChildren(`${hits.length} ${hits.length === 1 ? 'passage' : 'passages'} in ${tookMillis.toFixed(1)} ms, answered by `,
		badge(server.instance, server.role), ' ', element('span', { class: 'port' }, `${server.address ?? 'socket'}:${server.port ?? ''}`),
		element('span', { class: 'reason' }, ` ${REASONS[server.reason] ?? `(${server.reason})`}.`),
		element('span', { class: 'plan' }, planText(report)));
	addToHistory(server);
	const pattern = highlightPattern(query);
	$('far').hidden = !hits.length || hits.some((hit) => hit.similarity >= NEAR || pattern && `${hit.heading ?? ''} ${hit.title} ${hit.text}`.search(pattern) >= 0);
	$('hits').replaceChildren(...hits.map((hit) => hitElement(hit, pattern)));
	[...$('hits').querySelectorAll('.text')].forEach((text, index) => shorten(text, hits[index].text, pattern));
	if (hits.length) {
		$('message').hidden = true;
	}
	else {
		showMessage('Nothing found', 'Nothing of this type is indexed. Index a directory, or choose another type.');
	}
}

function hitElement(hit, pattern) {
	const heading = hit.heading || hit.title;
	const similarity = Math.max(0, hit.similarity);
	return element('li', {}, element('article', { class: 'hit', tabindex: '0', 'data-type': hit.type, 'aria-label': `${hit.title}: ${heading}` },
		element('header', {}, element('h2', {}, ...highlighted(heading, pattern)),
			element('span', { class: 'score' }, element('meter', { min: 0, max: 1, value: similarity, 'aria-hidden': 'true' }), `similarity ${similarity.toFixed(2)}`)),
		element('p', { class: 'source' }, hit.type === 'note' ? `Note: ${hit.title}` : hit.source),
		element('p', { class: 'text' }, ...highlighted(hit.text, pattern))));
}

/** Shows the lines of a long passage that have most of the query's words, and a button for the rest. */
function shorten(node, text, pattern) {
	if (node.scrollHeight <= node.clientHeight + 2) {
		return;
	}
	node.replaceChildren(...highlighted(bestPart(text, pattern), pattern));
	const button = element('button', { type: 'button', class: 'more', 'aria-expanded': 'false' }, 'Show all');
	button.addEventListener('click', () => {
		const open = node.classList.toggle('open');
		node.replaceChildren(...highlighted(open ? text : bestPart(text, pattern), pattern));
		button.setAttribute('aria-expanded', String(open));
		button.textContent = open ? 'Show less' : 'Show all';
	});
	node.after(button);
}

function bestPart(text, pattern) {
	const lines = text.split(/(?<=\n|[.:;] )/);
	const counts = lines.map((line) => (pattern ? new Set(line.toLowerCase().match(pattern)).size : 0));
	let best = 0;
	let most = -1;
	for (let start = 0; start < lines.length; start++) {
		const count = counts.slice(start, start + SHOWN_LINES).reduce((sum, next) => sum + next, 0);
		if (count > most) {
			[best, most] = [start, count];
		}
	}
	return best ? `… ${lines.slice(best).join('').trimStart()}` : text;
}

/** Words of the query: long ones also within words, as the stem of one may be a part of another. */
function highlightPattern(query) {
	const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{M}\p{N}]{2,}/gu) ?? [])].filter((word) => !COMMON_WORDS.has(word));
	if (!words.length) {
		return null;
	}
	const alternatives = words.sort((a, b) => b.length - a.length)
		.map((word) => (word.length > 3 ? word : `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`));
	return new RegExp(`(${alternatives.join('|')})`, 'giu');
}

function highlighted(text, pattern) {
	if (!pattern) {
		return [text];
	}
	return text.split(pattern).map((part, index) => (index % 2 ? element('mark', {}, part) : part));
}

/* ---- Index ---- */

let indexTimer;

async function refreshIndex() {
	clearTimeout(indexTimer);
	let runs = false;
	try {
		const status = await request('api/index');
		runs = showIndex(status);
		showIndexError(status.error);
	}
	catch (error) {
		showIndexError(error.message);
	}
	indexTimer = setTimeout(whileVisible(refreshIndex), runs ? RUNNING_EVERY_MS : IDLE_EVERY_MS);
}

function showIndex(status) {
	const runs = status.state === 'FINDING' || status.state === 'STORING';
	const wasRunning = $('index-start').disabled;
	const texts = {
		IDLE: 'No job has run since the service started.',
		FINDING: 'Looking for files …',
		STORING: 'Embedding passages and storing them on the writer: what is stored is found already …',
		DONE: `Done in ${status.elapsedSeconds.toFixed(1)} s. The readers follow.`,
		FAILED: 'The job failed. What was stored before stays, and the next job goes on.'
	};
	setText($('index-state'), texts[status.state]);
	const progress = $('index-progress');
	progress.hidden = !runs;
	progress.max = Math.max(status.files, 1);
	if (status.state === 'STORING') {
		progress.value = status.filesDone;
	}
	else {
		progress.removeAttribute('value');
	}
	const figures = [['Directory', status.directory], ['Files', `${status.filesDone.toLocaleString('en')} of ${status.files.toLocaleString('en')}`], ['Unchanged', status.unchanged.toLocaleString('en')],
		['Passages', status.passages.toLocaleString('en')], ['Rate', `${Math.round(status.passagesPerSecond).toLocaleString('en')} / s`],
		['Left', status.remainingSeconds === null ? null : `${Math.ceil(status.remainingSeconds)} s`]];
	$('index-figures').replaceChildren(...figures.filter(([, value]) => value !== null)
		.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
	$('index-figures').hidden = status.state === 'IDLE';
	const failures = $('index-failures');
	failures.hidden = !status.failureCount;
	failures.querySelector('summary').textContent = `${status.failureCount} ${status.failureCount === 1 ? 'file was' : 'files were'} left out`;
	failures.querySelector('ul').replaceChildren(...status.failures.map(({ file, reason }) => element('li', {}, element('code', {}, file), `: ${reason}`)));
	$('index-start').disabled = runs;
	$('index-start').textContent = runs ? 'Indexing …' : 'Index the directory';
	if (wasRunning && !runs) {
		refreshCluster();
	}
	return runs;
}

function showIndexError(message) {
	$('index-error').textContent = message ?? '';
	$('index-error').hidden = !message;
}

/** Sets a text once, so that it is not announced again and again. */
function setText(node, text) {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}

$('index-start').addEventListener('click', async () => {
	try {
		showIndex(await request('api/index', { body: {} }));
	}
	catch (error) {
		showIndexError(error.message);
		return;
	}
	refreshIndex();
});

/* ---- Keyboard, typing, start ---- */

let typing;

$('search').addEventListener('submit', (event) => {
	event.preventDefault();
	clearTimeout(typing);
	search();
});

$('search').addEventListener('input', () => {
	clearTimeout(typing);
	typing = setTimeout(() => {
		showMeaning();
		if (formParameters().toString() !== lastSearch) {
			search();
		}
	}, TYPING_PAUSE_MS);
});

document.addEventListener('keydown', (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey) {
		return;
	}
	const inField = event.target === $('query');
	if (event.key === '/' && !inField) {
		event.preventDefault();
		$('query').select();
		return;
	}
	const hits = [...$('hits').querySelectorAll('.hit')];
	const position = hits.findIndex((hit) => hit.contains(document.activeElement));
	if (!hits.length || (!inField && position < 0)) {
		return;
	}
	if (event.key === 'ArrowDown') {
		event.preventDefault();
		hits[Math.min(position + 1, hits.length - 1)].focus();
	}
	else if (event.key === 'ArrowUp' && !inField) {
		event.preventDefault();
		(position > 0 ? hits[position - 1] : $('query')).focus();
	}
	else if (event.key === 'Escape' && !inField) {
		$('query').select();
	}
});

/** Runs nothing in a page that nobody sees. */
function whileVisible(action) {
	return () => (document.hidden ? document.addEventListener('visibilitychange', action, { once: true }) : action());
}

async function showLinks() {
	const links = await request('api/links');
	$('links').replaceChildren(...links.map(({ text, path }) => element('a', { href: path }, text)));
	$('links').hidden = !links.length;
}

async function watchCluster() {
	await refreshCluster();
	setTimeout(whileVisible(watchCluster), TOPOLOGY_EVERY_MS);
}

const parameters = new URLSearchParams(location.search);
$('query').value = parameters.get('q') ?? '';
$('meaning').value = parameters.get('meaning') ?? DEFAULT_MEANING;
showMeaning();
for (const radio of document.querySelectorAll('input[name="type"]')) {
	radio.checked = radio.value === (parameters.get('type') ?? '');
}
refreshIndex();
showLinks();
await watchCluster();
search();
