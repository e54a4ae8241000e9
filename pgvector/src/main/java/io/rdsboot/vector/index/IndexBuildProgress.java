package io.rdsboot.vector.index;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How far the server is with an index that it builds. Immutable.
 *
 * @param phase what the server does, in its own words, such as
 * {@code building index: loading tuples}
 * @param done how much of the phase is done: pages of the table, rows, or, while it
 * waits, transactions that have ended
 * @param total how much there is of it, or 0 if the server does not say
 * @param running time since the build began
 * @param remaining time that the phase takes from here at its rate so far, or
 * {@code null} while that is not known; other phases may follow
 * @param waitsFor the session whose transaction must end first, or {@code null} if the
 * build does not wait
 * @see <a href=
 * "https://www.postgresql.org/docs/current/progress-reporting.html#CREATE-INDEX-PROGRESS-REPORTING">The
 * phases in PostgreSQL's documentation</a>
 */
public record IndexBuildProgress(String phase, long done, long total, Duration running, @Nullable Duration remaining,
		@Nullable String waitsFor) {

	/**
	 * Return the progress in words, for a log.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.phase);
		if (this.waitsFor != null) {
			text.append(", for the transaction of ").append(this.waitsFor);
		}
		else if (this.total > 0) {
			text.append(", %d %%".formatted(100 * this.done / this.total));
		}
		if (this.remaining != null) {
			text.append(", about %d s left".formatted(this.remaining.toSeconds()));
		}
		return text.append(", running for %d s".formatted(this.running.toSeconds())).toString();
	}

}
