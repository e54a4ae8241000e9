package io.rdsboot.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Request that goes on asynchronously with the response that gets a token, not with the
 * one that the server made.
 */
final class ConsistencyTokenRequest extends HttpServletRequestWrapper {

	private final HttpServletResponse response;

	private final ConsistencyExchange exchange;

	ConsistencyTokenRequest(HttpServletRequest request, HttpServletResponse response, ConsistencyExchange exchange) {
		super(request);
		this.response = response;
		this.exchange = exchange;
	}

	@Override
	public AsyncContext startAsync() {
		return startAsync(this, this.response);
	}

	@Override
	public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
		AsyncContext context = super.startAsync(request, response);
		context.addListener(new Completion(this.exchange, this.response));
		return context;
	}

	/**
	 * Hears that a request has ended which went on asynchronously.
	 */
	private record Completion(ConsistencyExchange exchange, HttpServletResponse response) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.exchange.complete(this.response);
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// the end follows
		}

		@Override
		public void onError(AsyncEvent event) {
			// the end follows
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			// the filter hears of it as well
		}

	}

}
