// What can be done to a server, by what was last done to it.
const OPERATIONS = {
	RUNNING: [
		['promote', 'Fail over to it', (server) => !server.writer],
		['pause-replay', 'Pause replay', (server) => !server.writer],
		['resume-replay', 'Resume replay', (server) => !server.writer],
		['freeze', 'Freeze', () => true],
		['crash', 'Crash', () => true]
	],
	FROZEN: [['thaw', 'Unfreeze', () => true], ['crash', 'Crash', () => true]],
	CRASHED: [['restart', 'Start again', () => true]],
	REMOVED: []
};

const $ = (id) => document.getElementById(id);

function element(name, attributes, ...children) {
	const node = document.createElement(name);
	Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
	node.append(...children);
	return node;
}

async function request(path, options = {}) {
	const response = await fetch(path, options);
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(answer.detail ?? `The service answered with status ${response.status}.`);
	}
	return answer;
}

function show(servers) {
	$('servers').replaceChildren(...servers.map((server) => {
		const buttons = OPERATIONS[server.state].filter(([, , possible]) => possible(server)).map(([action, label]) => {
			const button = element('button', { type: 'button', class: 'plain', 'data-action': action, 'aria-label': `${label}: ${server.name}` }, label);
			button.onclick = () => operate(server, action, label);
			return button;
		});
		const item = element('li', { class: `instance${server.state === 'RUNNING' ? '' : ' down'}`, 'data-server': server.writer ? 'writer' : 'reader-0', 'data-name': server.name },
			element('span', { class: 'name' }, server.name), element('span', { class: 'badge' }, server.writer ? 'Writer' : 'Reader'),
			element('span', { class: 'address' }, server.address), element('span', { class: 'state' }, server.state.toLowerCase()), element('p', { class: 'operations' }, ...buttons));
		return item;
	}));
}

async function operate(server, action, label) {
	document.querySelectorAll('button').forEach((button) => { button.disabled = true; });
	$('failed').hidden = true;
	$('done').textContent = `${label}: ${server.name} …`;
	try {
		show(await request(`api/local/${encodeURIComponent(server.name)}/${action}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }));
		$('done').textContent = `${label}: ${server.name}, done`;
	}
	catch (error) {
		$('failed').textContent = error.message;
		$('failed').hidden = false;
		$('done').textContent = '';
		show(await request('api/local'));
	}
}

show(await request('api/local'));
