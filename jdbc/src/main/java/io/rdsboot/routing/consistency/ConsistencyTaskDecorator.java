package io.rdsboot.routing.consistency;

import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.core.task.TaskDecorator;

/**
 * Task decorator that carries the session of the thread which hands a task over to the
 * thread that runs it, and nothing else. Both share one session, so that each reads what
 * the other has written. A task that is scheduled repeatedly shares it on its first run;
 * each later run is a unit of work of its own. Thread-safe.
 *
 * <pre class="code">
 * executor.setTaskDecorator(new ConsistencyTaskDecorator());
 * </pre>
 */
public final class ConsistencyTaskDecorator implements TaskDecorator {

	@Override
	public Runnable decorate(Runnable task) {
		ConsistencySession caller = ConsistencySession.current();
		AtomicBoolean hasRun = new AtomicBoolean();
		return () -> {
			ConsistencySession session = hasRun.getAndSet(true) ? ConsistencySession.open() : caller;
			ConsistencySession.Binding binding = session.bind();
			try {
				task.run();
			}
			finally {
				binding.close();
			}
		};
	}

}
