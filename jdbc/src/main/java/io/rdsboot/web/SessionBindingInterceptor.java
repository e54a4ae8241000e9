package io.rdsboot.web;

import java.util.concurrent.Callable;

import io.rdsboot.routing.consistency.ConsistencySession;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;

/**
 * Binds a request's session to the thread on which Spring MVC calls what a controller has
 * returned: a {@code Callable} or a {@code StreamingResponseBody}.
 */
final class SessionBindingInterceptor implements CallableProcessingInterceptor {

	private final ConsistencySession session;

	private ConsistencySession.@Nullable Binding binding;

	SessionBindingInterceptor(ConsistencySession session) {
		this.session = session;
	}

	@Override
	public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
		this.binding = this.session.bind();
	}

	@Override
	public <T> void postProcess(NativeWebRequest request, Callable<T> task, @Nullable Object concurrentResult) {
		if (this.binding != null) {
			this.binding.close();
			this.binding = null;
		}
	}

}
