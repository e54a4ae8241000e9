/** Elements that are updated in place, so that focus, selection and what is open stay. All text is set as text. */

export const $ = (id) => document.getElementById(id);

const SVG = 'http://www.w3.org/2000/svg';

export function element(name, attributes = {}, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		set(node, key, value);
	}
	node.append(...children.filter((child) => child !== null));
	return node;
}

export function svg(name, attributes = {}, ...children) {
	const node = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) {
		node.setAttribute(key, value);
	}
	node.append(...children);
	return node;
}

/** Sets an attribute if it differs; null and false remove it. */
export function set(node, name, value) {
	if (value === null || value === undefined || value === false) {
		node.removeAttribute(name);
	}
	else if (node.getAttribute(name) !== String(value === true ? '' : value)) {
		node.setAttribute(name, value === true ? '' : value);
	}
}

/** Sets a text if it differs, so that live regions tell only what is new. */
export function text(node, value) {
	if (node.textContent !== String(value ?? '')) {
		node.textContent = value ?? '';
	}
}

/** Shows a text, or hides the node if there is none. */
export function optional(node, value) {
	text(node, value);
	node.hidden = !value;
}

/** Badge that tells its level in words, not by its colour alone. */
export function badge(level, value) {
	return element('span', { class: 'badge', 'data-level': level }, value);
}

/** Makes the children of a node show the items, in their order. Nodes have a method 'update'. */
export function sync(parent, items, key, create) {
	const focused = document.activeElement;
	const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
	const used = new Set();
	let next = parent.firstElementChild;
	for (const item of items) {
		let name = String(key(item));
		while (used.has(name)) {
			name += ' again';
		}
		used.add(name);
		let node = present.get(name);
		if (!node) {
			node = create(item);
			node.dataset.key = name;
		}
		present.delete(name);
		node.update(item);
		if (node === next) {
			next = next.nextElementSibling;
		}
		else {
			parent.insertBefore(node, next);
		}
	}
	present.forEach((node) => node.remove());
	if (focused !== document.activeElement && focused.isConnected) {
		focused.focus({ preventScroll: true });
	}
}
