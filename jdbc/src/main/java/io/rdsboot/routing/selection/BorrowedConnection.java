package io.rdsboot.routing.selection;

import java.sql.Connection;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A physical connection that was borrowed, and where from. Immutable.
 *
 * @param physical the connection
 * @param reader the reader that it leads to, or {@code null} for the writer
 * @param requirement what the read requires of a reader, or {@code null} where the writer
 * serves whatever readers there are
 * @param apart whether what is read there counts for nothing in the session, because
 * other reads of it are served by another database that may be ahead
 */
@API(status = API.Status.INTERNAL)
public record BorrowedConnection(Connection physical, @Nullable RoutedReader reader,
		@Nullable ReadRequirement requirement, boolean apart) {

	public BorrowedConnection(Connection physical, @Nullable RoutedReader reader,
			@Nullable ReadRequirement requirement) {
		this(physical, reader, requirement, false);
	}

	public static BorrowedConnection ofWriter(Connection physical) {
		return new BorrowedConnection(physical, null, null);
	}

	/**
	 * Return the same connection, with what is read there counting for nothing in the
	 * session.
	 */
	public BorrowedConnection keptApart() {
		return new BorrowedConnection(this.physical, this.reader, this.requirement, true);
	}

	/**
	 * Return whether the writer serves only until a reader has caught up.
	 */
	public boolean isAwaitingReplay() {
		return this.reader == null && this.requirement != null && this.requirement.isAwaitingReplay();
	}

}
