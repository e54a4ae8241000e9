package io.rdsboot.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who the client of a request is, once that is known: behind Spring Security,
 * and within {@link ConsistencyTokenFilter}. Thread-safe.
 */
public final class ConsistencyClientFilter extends OncePerRequestFilter {

	private final ConsistencyClientResolver resolver;

	/**
	 * Create a filter.
	 * @param resolver tells clients from each other
	 */
	public ConsistencyClientFilter(ConsistencyClientResolver resolver) {
		this.resolver = resolver;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ConsistencyExchange exchange = ConsistencyExchange.of(request);
		String client = (exchange != null) ? this.resolver.resolve(request) : null;
		if (exchange != null && client != null) {
			exchange.client(client);
		}
		chain.doFilter(request, response);
	}

}
