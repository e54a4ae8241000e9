package io.rdsboot.move.copy;

import java.time.Duration;
import java.util.List;

import io.rdsboot.move.TableName;
import io.rdsboot.move.replication.LinkStatus;
import org.jspecify.annotations.Nullable;

/**
 * How far a copy is. Immutable.
 *
 * @param state what is being done
 * @param reason why it was stopped, or what may stop it soon; {@code null} if nothing
 * @param tables the tables, largest first
 * @param indexes names of the indexes that are still to be built, as SQL has them
 * @param bytesPerSecond size of the tables copied for each second since the copy began, 0
 * once all are
 * @param left about how long the tables still take at that rate, or {@code null} if
 * nothing is copied yet. The indexes are not part of it
 * @param retainedBytes log that the source keeps for the copy
 */
public record CopyProgress(State state, @Nullable String reason, List<TableProgress> tables, List<String> indexes,
		long bytesPerSecond, @Nullable Duration left, long retainedBytes) {

	public CopyProgress {
		tables = List.copyOf(tables);
		indexes = List.copyOf(indexes);
	}

	/**
	 * Return the size of all tables in the source when the copy began.
	 */
	public long totalBytes() {
		return this.tables.stream().mapToLong(TableProgress::bytes).sum();
	}

	/**
	 * Return about how much of that is copied.
	 */
	public long copiedBytes() {
		return this.tables.stream().mapToLong(TableProgress::copiedBytes).sum();
	}

	/**
	 * What is being done.
	 */
	public enum State {

		/** There is no copy. */
		NOT_STARTED,

		/** Tables are copied. */
		COPYING,

		/** All tables follow the source, and indexes are built. */
		INDEXING,

		/** All tables follow the source, and all indexes are there. */
		DONE,

		/** Given up: cancel it, and start again. */
		STOPPED

	}

	/**
	 * How far a table is.
	 *
	 * @param table the table
	 * @param state its state in the subscription
	 * @param rows rows that are copied
	 * @param estimatedRows about how many rows it had in the source when the copy began,
	 * as the source's statistics have it; 0 if they have nothing
	 * @param bytes its size in the source when the copy began, without indexes
	 */
	public record TableProgress(TableName table, LinkStatus.State state, long rows, long estimatedRows, long bytes) {

		/**
		 * Whether all rows are there.
		 */
		public boolean isCopied() {
			return this.state != LinkStatus.State.INITIAL && this.state != LinkStatus.State.COPYING;
		}

		/**
		 * Return about how much of its size is copied.
		 */
		public long copiedBytes() {
			if (isCopied()) {
				return this.bytes;
			}
			return (this.estimatedRows > 0)
					? (long) (this.bytes * Math.min(1.0, (double) this.rows / this.estimatedRows)) : 0;
		}

	}

}
