package io.rdsboot.sample.indexing;

import io.rdsboot.sample.documents.SourceStore;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Starts a job when the service starts with an empty index.
 */
@Component
@ConditionalOnBooleanProperty("sample.index.at-start")
class IndexAtStart {

	private final IndexJob job;

	private final IndexDirectory directory;

	private final SourceStore sources;

	IndexAtStart(IndexJob job, IndexDirectory directory, SourceStore sources) {
		this.job = job;
		this.directory = directory;
		this.sources = sources;
	}

	@EventListener(ApplicationReadyEvent.class)
	void index() {
		if (this.sources.isEmpty()) {
			this.job.start(this.directory.root());
		}
	}

}
