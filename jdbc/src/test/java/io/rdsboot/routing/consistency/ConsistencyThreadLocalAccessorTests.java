package io.rdsboot.routing.consistency;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.micrometer.context.ContextSnapshotFactory;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConsistencyThreadLocalAccessor}, as the service loader finds it.
 */
class ConsistencyThreadLocalAccessorTests {

	@Test
	void asyncWorkSharesTheSession() throws Exception {
		ConsistencySession session = ConsistencySession.open();
		ConsistencySession.Binding binding = session.bind();
		try (SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("async-")) {
			executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
			executor.submit(() -> ConsistencySession.current().history().committed(1)).get(20, TimeUnit.SECONDS);
		}
		finally {
			binding.close();
		}
		assertThat(session.hasWritten()).isTrue();
	}

	@Test
	void threadHasItsOwnSessionAgainAfterwards() throws Exception {
		ExecutorService pooled = Executors.newSingleThreadExecutor();
		try {
			ConsistencySession own = pooled.submit(ConsistencySession::current).get(20, TimeUnit.SECONDS);
			ConsistencySession carried = pooled
				.submit(ContextSnapshotFactory.builder().build().captureAll().wrap(ConsistencySession::current))
				.get(20, TimeUnit.SECONDS);
			assertThat(carried).isSameAs(ConsistencySession.current());
			assertThat(pooled.submit(ConsistencySession::current).get(20, TimeUnit.SECONDS)).isSameAs(own);
		}
		finally {
			pooled.shutdownNow();
		}
	}

}
