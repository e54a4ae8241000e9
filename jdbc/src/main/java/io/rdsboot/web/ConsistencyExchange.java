package io.rdsboot.web;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.RememberedWrites;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over all dispatches: the session, and which of its writes
 * the client has been told of. Used by one thread at a time.
 */
final class ConsistencyExchange {

	private static final String ATTRIBUTE = ConsistencyExchange.class.getName();

	private final HttpServletRequest request;

	private final ConsistencySession session = ConsistencySession.open();

	private final @Nullable ConsistencyAnswers answers;

	private final RememberedWrites memory;

	private @Nullable String client;

	private @Nullable String token;

	/**
	 * Revision of the session that the client knows, be it that it brought it.
	 */
	private long known;

	/**
	 * Begin an exchange with what the client brings.
	 * @param answers carries tokens, or {@code null} if none travel
	 */
	ConsistencyExchange(HttpServletRequest request, @Nullable ConsistencyAnswers answers, RememberedWrites memory) {
		this.request = request;
		this.answers = answers;
		this.memory = memory;
		if (answers != null) {
			answers.take(request, this.session);
		}
		this.known = this.session.revision();
		request.setAttribute(ATTRIBUTE, this);
	}

	/**
	 * Return the exchange of a request, or {@code null} if none has begun.
	 */
	static @Nullable ConsistencyExchange of(HttpServletRequest request) {
		return (request.getAttribute(ATTRIBUTE) instanceof ConsistencyExchange exchange) ? exchange : null;
	}

	ConsistencySession session() {
		return this.session;
	}

	/**
	 * Set who the client is, whose earlier writes the session includes from now on.
	 */
	void client(String client) {
		this.client = client;
		this.memory.recall(client, this.session);
	}

	/**
	 * Add a token to the response if the session has written since the last one, or the
	 * server has reset the response meanwhile. Called before anything that may commit it.
	 */
	void addToken(HttpServletResponse response) {
		long revision = this.session.revision();
		if (revision == this.known && (this.token == null || response.isCommitted()
				|| response.containsHeader(ConsistencyTokenFilter.HEADER))) {
			return;
		}
		if (this.client != null) {
			this.memory.remember(this.client, this.session);
		}
		if (this.answers == null) {
			this.known = revision;
		}
		else if (!response.isCommitted()) {
			if (revision != this.known || this.token == null) {
				this.token = this.answers.token(this.session);
				this.known = revision;
			}
			this.answers.give(this.request, response, this.token);
		}
	}

	/**
	 * Take note that the response is complete, as far as the application is concerned.
	 */
	void complete(HttpServletResponse response) {
		addToken(response);
		if (this.answers != null && this.session.lastChange() > this.known) {
			this.answers.warnOfLateWrite(this.request);
		}
	}

}
