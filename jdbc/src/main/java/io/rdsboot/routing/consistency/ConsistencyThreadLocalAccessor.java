package io.rdsboot.routing.consistency;

import io.micrometer.context.ThreadLocalAccessor;
import org.apiguardian.api.API;

/**
 * Carries the session to other threads, by Micrometer's context propagation: to
 * {@code @Async} methods whose executor has a {@code ContextPropagatingTaskDecorator},
 * and along a reactive chain. All threads share one session, so that what one of them
 * writes is seen by all. Found by the service loader.
 */
@API(status = API.Status.INTERNAL)
public final class ConsistencyThreadLocalAccessor implements ThreadLocalAccessor<ConsistencySession> {

	/**
	 * Key of the session in a context.
	 */
	public static final String KEY = "io.rdsboot.routing.session";

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public ConsistencySession getValue() {
		return ConsistencySession.current();
	}

	@Override
	public void setValue(ConsistencySession session) {
		ReadContext.current().session(session);
	}

	/**
	 * Let the thread go on with a session of its own, which has written nothing.
	 */
	@Override
	public void setValue() {
		ReadContext.current().session(ConsistencySession.ofBareThread());
	}

}
