/** Polls one endpoint while the page is seen. */

const TIMEOUT_MS = 15_000;
const LONGEST_PAUSE_MS = 60_000;

/** Why an endpoint did not answer as it should. */
export class RequestError extends Error {}

/** Sends a request, and returns the JSON of the answer, or null if there is none. */
export async function request(url, body) {
	const options = { headers: { Accept: 'application/json' }, redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) };
	if (body) {
		options.method = 'POST';
		options.headers['Content-Type'] = 'application/json';
		options.body = JSON.stringify(body);
		const token = /(?:^|;\s*)XSRF-TOKEN=([^;]+)/.exec(document.cookie);
		if (token) {
			options.headers['X-XSRF-TOKEN'] = decodeURIComponent(token[1]);
		}
	}
	let response;
	try {
		response = await fetch(url, options);
	}
	catch (error) {
		throw new RequestError(error.name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : 'the service cannot be reached');
	}
	if (response.type === 'opaqueredirect' || response.status === 401) {
		throw new RequestError('the service wants a login: reload this page');
	}
	const answer = await response.json().catch(() => null);
	if (!response.ok) {
		throw new RequestError(reason(response.status, answer, body));
	}
	return answer;
}

function reason(status, answer, body) {
	if (status === 403) {
		return body ? 'the service refuses it (403): your login may not do this, or a token against request forgery is missing'
			: 'the service refuses it (403): your login may not see this';
	}
	return answer?.message ? `${answer.message} (${status})` : `the service answers with status ${status}`;
}

/**
 * An endpoint that is asked again and again: at an interval while it answers, at growing ones while it does not, and not
 * at all while nobody sees the page.
 */
export class Source {

	data = null;

	/** When the data were got, in milliseconds. */
	at = 0;

	/** Why there was no answer, or null. */
	failure = null;

	/** When the next attempt is due, in milliseconds. */
	due = 0;

	#failures = 0;

	#timer = null;

	#running = false;

	/**
	 * @param url the endpoint
	 * @param interval returns the time between two requests in milliseconds
	 * @param changed called after each answer or failure
	 */
	constructor(url, interval, changed) {
		this.url = url;
		this.interval = interval;
		this.changed = changed;
		document.addEventListener('visibilitychange', () => this.#schedule());
	}

	/** Asks at once. */
	async now() {
		if (this.#running) {
			return;
		}
		this.#running = true;
		clearTimeout(this.#timer);
		try {
			this.data = await request(this.url);
			this.at = Date.now();
			this.failure = null;
			this.#failures = 0;
		}
		catch (error) {
			if (!(error instanceof RequestError)) {
				throw error;
			}
			this.failure = error.message;
			this.#failures++;
		}
		finally {
			this.#running = false;
		}
		const pause = Math.max(this.interval(), this.#failures ? Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** this.#failures) : 0);
		this.due = Date.now() + pause;
		this.#schedule();
		this.changed(this);
	}

	#schedule() {
		clearTimeout(this.#timer);
		if (!document.hidden && !this.#running) {
			this.#timer = setTimeout(() => this.now(), Math.max(0, this.due - Date.now()));
		}
	}

}
