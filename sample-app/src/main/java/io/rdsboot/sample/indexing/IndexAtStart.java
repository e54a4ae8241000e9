package io.rdsboot.sample.indexing;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Starts a job when the service starts. It stores what is new or has changed.
 */
@Component
@ConditionalOnBooleanProperty("sample.index.at-start")
class IndexAtStart {

	private final IndexJob job;

	private final IndexDirectory directory;

	IndexAtStart(IndexJob job, IndexDirectory directory) {
		this.job = job;
		this.directory = directory;
	}

	@EventListener(ApplicationReadyEvent.class)
	void index() {
		this.job.start(this.directory.root());
	}

}
