package io.rdsboot.web;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * How tokens come with requests and go with responses. Thread-safe.
 */
final class ConsistencyAnswers {

	private static final Logger logger = LoggerFactory.getLogger(ConsistencyTokenFilter.class);

	private final ConsistencyTokens tokens;

	private final ConsistencyCookie cookie;

	private final AtomicBoolean warned = new AtomicBoolean();

	ConsistencyAnswers(ConsistencyTokens tokens, ConsistencyCookie cookie) {
		this.tokens = tokens;
		this.cookie = cookie;
	}

	/**
	 * Make a session include what the tokens of a request stand for.
	 */
	void take(HttpServletRequest request, ConsistencySession session) {
		this.tokens.apply(this.tokens.decode(request.getHeader(ConsistencyTokenFilter.HEADER)), session);
		for (String value : ConsistencyCookie.values(request)) {
			this.tokens.apply(this.tokens.decode(value), session);
		}
	}

	/**
	 * Return the text of a token for a session.
	 */
	String token(ConsistencySession session) {
		return this.tokens.encode(this.tokens.capture(session));
	}

	/**
	 * Add a token to a response that is not committed, in place of one that was added
	 * before. A response that shared caches may store goes to others as well, whose own
	 * tokens it would replace: it gets none.
	 */
	void give(HttpServletRequest request, HttpServletResponse response, String token) {
		if (isForAll(response)) {
			logger.debug("The response to {} {} carries no consistency token, because shared caches may store it",
					request.getMethod(), request.getRequestURI());
			return;
		}
		response.setHeader(ConsistencyTokenFilter.HEADER, token);
		this.cookie.set(request, response, token);
		if (isCacheable(request) && !response.containsHeader(HttpHeaders.CACHE_CONTROL)) {
			response.setHeader(HttpHeaders.CACHE_CONTROL, "private");
		}
	}

	private static boolean isForAll(HttpServletResponse response) {
		return response.getHeaders(HttpHeaders.CACHE_CONTROL)
			.stream()
			.map((value) -> value.toLowerCase(Locale.ROOT))
			.anyMatch((value) -> value.contains("public") || value.contains("s-maxage"));
	}

	private static boolean isCacheable(HttpServletRequest request) {
		return HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod());
	}

	/**
	 * Tell the operator, once, that a token came too late.
	 */
	void warnOfLateWrite(HttpServletRequest request) {
		if (this.warned.compareAndSet(false, true)) {
			logger.warn(
					"{} {} wrote to the database after its response had been sent, or so late that the response could "
							+ "not be changed any more. It carries no consistency token for that write, and the next "
							+ "requests of this client may read from a replica that does not have it yet. Commit "
							+ "before the response is written. This is logged once; other requests may do the same",
					request.getMethod(), request.getRequestURI());
		}
	}

}
