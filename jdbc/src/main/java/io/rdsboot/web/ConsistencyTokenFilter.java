package io.rdsboot.web;

import java.io.IOException;
import java.time.Duration;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.consistency.RememberedWrites;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * Makes each request a unit of work: its reads never go back in time, and nothing of it
 * is left behind on the server's thread. A request also sees what the tokens in its
 * header and cookie stand for, and one that has written is answered with a new token in
 * both. Thread-safe.
 *
 * <p>
 * Writes of clients that {@link ConsistencyClientFilter} knows are remembered beside.
 */
public final class ConsistencyTokenFilter extends OncePerRequestFilter {

	/**
	 * Header of requests and responses that holds a token.
	 */
	public static final String HEADER = "RDS-Consistency-Token";

	private static final String INTERCEPTOR = ConsistencyTokenFilter.class.getName();

	private final @Nullable ConsistencyAnswers answers;

	private final RememberedWrites memory;

	private ConsistencyTokenFilter(@Nullable ConsistencyAnswers answers, RememberedWrites memory) {
		this.answers = answers;
		this.memory = memory;
	}

	/**
	 * Create a filter by which tokens come and go.
	 * @param tokens reads and makes the tokens
	 * @param lifetime how long browsers keep the cookie, rounded down to seconds
	 * @param memory remembers the writes of clients that are known
	 */
	public static ConsistencyTokenFilter withTokens(ConsistencyTokens tokens, Duration lifetime,
			RememberedWrites memory) {
		ConsistencyCookie cookie = new ConsistencyCookie(tokens.cluster(), lifetime);
		return new ConsistencyTokenFilter(new ConsistencyAnswers(tokens, cookie), memory);
	}

	/**
	 * Create a filter that leaves requests and responses as they are.
	 * @param memory remembers the writes of clients that are known
	 */
	public static ConsistencyTokenFilter withoutTokens(RememberedWrites memory) {
		return new ConsistencyTokenFilter(null, memory);
	}

	/**
	 * Return that later dispatches of a request are filtered too: they come on other
	 * threads, which need its session.
	 */
	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ConsistencyExchange exchange = exchange(request);
		HttpServletResponse answer = (WebUtils.getNativeResponse(response, ConsistencyTokenResponse.class) != null)
				? response : new ConsistencyTokenResponse(response, exchange);
		HttpServletRequest question = (WebUtils.getNativeRequest(request, ConsistencyTokenRequest.class) != null)
				? request : new ConsistencyTokenRequest(request, answer, exchange);
		ConsistencySession.Binding binding = exchange.session().bind();
		try {
			chain.doFilter(question, answer);
		}
		finally {
			binding.close();
			// Once it goes on asynchronously, by Spring MVC or not, another thread
			// answers.
			if (!question.isAsyncStarted()) {
				exchange.complete(answer);
			}
		}
	}

	private ConsistencyExchange exchange(HttpServletRequest request) {
		ConsistencyExchange present = ConsistencyExchange.of(request);
		if (present != null) {
			return present;
		}
		ConsistencyExchange exchange = new ConsistencyExchange(request, this.answers, this.memory);
		WebAsyncUtils.getAsyncManager(request)
			.registerCallableInterceptor(INTERCEPTOR, new SessionBindingInterceptor(exchange.session()));
		return exchange;
	}

}
