package io.rdsboot.sample.indexing;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Progress of the last indexing job of this instance of the service, at one moment.
 *
 * @param state what the job does
 * @param directory what is indexed; {@code null} before the first job
 * @param files how many files there are
 * @param filesDone how many of them are stored
 * @param unchanged how many of these were stored before and have not changed
 * @param passages how many passages the job has stored
 * @param passagesPerSecond the rate of storing
 * @param elapsedSeconds time since the job began
 * @param remainingSeconds estimate; {@code null} while there is none
 * @param failures files that were left out; the first 100
 * @param failureCount how many files were left out
 * @param error why the job failed; {@code null} if it did not
 */
record IndexStatus(State state, @Nullable String directory, int files, int filesDone, int unchanged, int passages,
		double passagesPerSecond, double elapsedSeconds, @Nullable Double remainingSeconds, List<Failure> failures,
		int failureCount, @Nullable String error) {

	/**
	 * What a job does.
	 */
	enum State {

		/** There was no job yet. */
		IDLE,

		/** Files are looked for. */
		FINDING,

		/** Passages are embedded and stored. */
		STORING,

		/** All is stored and visible. */
		DONE,

		/** What was stored before the failure stays. */
		FAILED;

		boolean isRunning() {
			return this == FINDING || this == STORING;
		}

	}

	/**
	 * File that was left out.
	 *
	 * @param file the file's name
	 * @param reason why
	 */
	record Failure(String file, String reason) {

	}

}
