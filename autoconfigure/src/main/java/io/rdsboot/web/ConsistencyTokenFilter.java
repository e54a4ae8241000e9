package io.rdsboot.web;

import java.io.IOException;

import io.rdsboot.routing.ConsistencySession;
import io.rdsboot.routing.ConsistencyTokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * Makes each request a unit of work: its reads never go back in time, and nothing of it
 * is left behind on the server's thread. Where tokens
 * {@linkplain ConsistencyTokens#canTravel() can travel}, a request also sees what the
 * token in its header or cookie stands for, and one that has written is answered with a
 * new token in both. Thread-safe.
 */
public final class ConsistencyTokenFilter extends OncePerRequestFilter {

	/**
	 * Header of requests and responses that holds a token.
	 */
	public static final String HEADER = "RDS-Consistency-Token";

	/**
	 * Cookie that holds a token.
	 */
	public static final String COOKIE = "rds_consistency";

	private static final String SESSION = ConsistencyTokenFilter.class.getName() + ".SESSION";

	private final ConsistencyTokens tokens;

	/**
	 * Create a filter.
	 * @param tokens reads and makes the tokens
	 */
	public ConsistencyTokenFilter(ConsistencyTokens tokens) {
		this.tokens = tokens;
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
		ConsistencySession session = session(request);
		if (!this.tokens.canTravel()) {
			ConsistencySession.Binding binding = session.bind();
			try {
				chain.doFilter(request, response);
			}
			finally {
				binding.close();
			}
			return;
		}
		ConsistencyTokenResponse answer = WebUtils.getNativeResponse(response, ConsistencyTokenResponse.class);
		if (answer != null) {
			proceed(session, request, response, answer, chain);
		}
		else {
			ConsistencyTokenResponse wrapped = new ConsistencyTokenResponse(request, response, session, this.tokens);
			proceed(session, request, wrapped, wrapped, chain);
		}
	}

	private void proceed(ConsistencySession session, HttpServletRequest request, HttpServletResponse response,
			ConsistencyTokenResponse answer, FilterChain chain) throws ServletException, IOException {
		ConsistencySession.Binding binding = session.bind();
		try {
			chain.doFilter(request, response);
		}
		finally {
			binding.close();
			if (!isAsyncStarted(request)) {
				answer.addToken();
			}
		}
	}

	private ConsistencySession session(HttpServletRequest request) {
		if (request.getAttribute(SESSION) instanceof ConsistencySession present) {
			return present;
		}
		ConsistencySession session = ConsistencySession.open();
		this.tokens.apply(this.tokens.decode(request.getHeader(HEADER)), session);
		Cookie cookie = WebUtils.getCookie(request, COOKIE);
		if (cookie != null) {
			this.tokens.apply(this.tokens.decode(cookie.getValue()), session);
		}
		request.setAttribute(SESSION, session);
		return session;
	}

}
