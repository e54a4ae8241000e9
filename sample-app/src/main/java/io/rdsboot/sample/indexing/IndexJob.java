package io.rdsboot.sample.indexing;

import java.nio.file.Path;
import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Indexing in the background: one job at a time. Thread-safe.
 */
@Component
class IndexJob {

	private static final Logger logger = LoggerFactory.getLogger(IndexJob.class);

	private final IndexService service;

	private final TaskExecutor executor;

	private volatile IndexProgress progress = IndexProgress.idle();

	IndexJob(IndexService service, TaskExecutor indexExecutor) {
		this.service = service;
		this.executor = indexExecutor;
	}

	/**
	 * Starts a job.
	 * @param directory what to index
	 * @return the progress at its start
	 * @throws IndexJobRunningException if a job is at work
	 */
	synchronized IndexStatus start(Path directory) {
		if (this.progress.isRunning()) {
			throw new IndexJobRunningException();
		}
		IndexProgress next = IndexProgress.start(directory.toString(), System::nanoTime);
		this.progress = next;
		this.executor.execute(() -> run(directory, next));
		return next.status();
	}

	IndexStatus status() {
		return this.progress.status();
	}

	private void run(Path directory, IndexProgress progress) {
		logger.info("Indexing {}", directory);
		try {
			this.service.index(directory, progress);
			progress.done();
			IndexStatus status = progress.status();
			logger.info("Indexed {} passages of {} files in {} s; {} files had not changed, {} were left out",
					status.passages(), status.filesDone() - status.unchanged(), Math.round(status.elapsedSeconds()),
					status.unchanged(), status.failureCount());
		}
		catch (Throwable ex) {
			// An Error too must end the job: otherwise it would count as running for good
			progress.abort(Objects.toString(ex.getMessage(), ex.toString()));
			logger.error("Indexing {} failed; what was stored stays, and the next job goes on", directory, ex);
		}
	}

}
