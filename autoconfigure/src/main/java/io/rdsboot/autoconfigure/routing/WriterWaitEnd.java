package io.rdsboot.autoconfigure.routing;

import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.apiguardian.api.API;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Ends the waits for a writer when the application begins to shut down. A web server that
 * shuts down gracefully waits for the requests that are under way before any bean is
 * destroyed, and these would wait for a writer that may not come.
 */
@API(status = API.Status.INTERNAL)
public final class WriterWaitEnd implements ApplicationListener<ContextClosedEvent> {

	private final ApplicationContext context;

	private final ReadWriteRoutingDataSource dataSource;

	/**
	 * Create a listener.
	 * @param context the context that the data source is a bean of; those of its children
	 * do not count
	 */
	public WriterWaitEnd(ApplicationContext context, ReadWriteRoutingDataSource dataSource) {
		this.context = context;
		this.dataSource = dataSource;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.dataSource.close();
		}
	}

}
