package io.rdsboot.web;

import java.io.IOException;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Hands what the present session has written and read to another service on the same
 * cluster, and takes over what that service has written meanwhile, so that the client of
 * this service gets a token for it as well. For a {@code RestClient} that calls such a
 * service; with a signing key on one side, the other needs the same. Thread-safe.
 */
public final class ConsistencyTokenInterceptor implements ClientHttpRequestInterceptor {

	private final ConsistencyTokens tokens;

	/**
	 * Create an interceptor.
	 * @param tokens reads and makes the tokens
	 */
	public ConsistencyTokenInterceptor(ConsistencyTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		ConsistencySession session = ConsistencySession.current();
		ConsistencyToken token = this.tokens.capture(session);
		if (!token.isEmpty()) {
			request.getHeaders().set(ConsistencyTokenFilter.HEADER, this.tokens.encode(token));
		}
		ClientHttpResponse response = execution.execute(request, body);
		String answer = response.getHeaders().getFirst(ConsistencyTokenFilter.HEADER);
		this.tokens.apply(this.tokens.decode(answer), session);
		return response;
	}

}
