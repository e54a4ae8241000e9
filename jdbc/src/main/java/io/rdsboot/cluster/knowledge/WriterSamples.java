package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.Optional;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.poll.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Samples of the writer's log, and how far each instance is in it. They begin anew with
 * another writer, timeline or cluster. Not thread-safe.
 */
final class WriterSamples {

	private final WriterHistory history = new WriterHistory();

	/**
	 * The writer whose log is in the history, which may have been closed since.
	 */
	private @Nullable WatchedInstance sampled;

	private @Nullable Observation newest;

	/**
	 * When the log began that is sampled now, or {@code null} for the only one.
	 */
	private @Nullable Long logSince;

	/**
	 * Forget everything: positions in the log so far say nothing on the one that follows.
	 */
	void beginAnew(long now) {
		this.history.clear();
		this.sampled = null;
		this.newest = null;
		this.logSince = now;
	}

	/**
	 * Return a time before which positions were those of another log, or {@code null}.
	 */
	@Nullable Long logSince() {
		return this.logSince;
	}

	/**
	 * Return a position that includes everything committed by a time, or empty if the
	 * writer has not been sampled since.
	 */
	Optional<LogPosition> positionAt(long time) {
		return this.history.positionAt(time);
	}

	/**
	 * Add what the writer has answered last. The log of a writer that its address may no
	 * longer lead to is not sampled: what is written now may be in another one.
	 * @param writer the writer, or {@code null} if there is none
	 * @param now the time by the monitor's clock
	 * @return whether the writer's address leads to another server than at the last time
	 */
	boolean take(@Nullable WatchedInstance writer, long now) {
		WatchedInstance source = (writer != null) ? writer : closedWriter(writer);
		Observation answer = (source != null && !source.isDoubted()) ? source.answer() : null;
		if (answer == null || answer.position() == null || answer.equals(this.newest)) {
			return false;
		}
		Observation before = (source == this.sampled) ? this.newest : null;
		if (before == null || before.timeline() != answer.timeline()
				|| !before.session().isSameCluster(answer.session())) {
			this.history.clear();
			this.sampled = source;
		}
		if (before != null && !before.session().isSameCluster(answer.session())) {
			this.logSince = now;
		}
		this.history.add(answer.askedAt(), answer.position());
		this.newest = answer;
		return before != null && before.session().isOtherServer(answer.session());
	}

	/**
	 * Return the last writer if it was closed to writes, and there is none since: its log
	 * is complete.
	 */
	private @Nullable WatchedInstance closedWriter(@Nullable WatchedInstance writer) {
		return (writer == null && this.sampled != null && this.sampled.isClosed()) ? this.sampled : null;
	}

	/**
	 * Return how far an instance is in the log.
	 * @param instance the instance; takes note if it has replayed what was never written
	 * @param role its role
	 * @param writer the writer, or {@code null} if there is none
	 * @return the progress, or {@code null} if it is not known
	 */
	@Nullable LogProgress progress(WatchedInstance instance, InstanceRole role, @Nullable WatchedInstance writer) {
		Observation answer = instance.presentAnswer();
		if (answer == null || answer.position() == null) {
			return null;
		}
		return switch (role) {
			case WRITER -> ofWriter(answer, answer.position());
			case READER -> (instance == closedWriter(writer)) ? ofWriter(answer, answer.position())
					: ofReader(instance, answer.position(), answer, writer);
			case UNKNOWN -> null;
		};
	}

	private LogProgress ofWriter(Observation answer, LogPosition written) {
		return new LogProgress(written, answer.askedAt(), answer.askedAt(), Duration.ZERO).since(this.logSince);
	}

	private @Nullable LogProgress ofReader(WatchedInstance reader, LogPosition replayed, Observation answer,
			@Nullable WatchedInstance writer) {
		if (this.newest != null && this.newest.hasTimeline() && this.history.isBehind(replayed, answer.answeredAt())) {
			reader.strayed();
		}
		return reader.hasStrayed() ? null
				: this.history.progress(replayed, answer, writer != null && writer.isReachable()).since(this.logSince);
	}

}
