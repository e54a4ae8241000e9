package io.rdsboot.routing.physical;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.routing.consistency.ReadContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repetitions of queries outside a transaction that a replica has cancelled: the
 * connections that they run on, each of another instance, until their statements are
 * closed. Not thread-safe.
 */
public final class CancelledQueries {

	private static final Logger logger = LoggerFactory.getLogger(CancelledQueries.class);

	private final Borrower borrower;

	private final List<HeldConnection> borrowed = new ArrayList<>(1);

	CancelledQueries(Borrower borrower) {
		this.borrower = borrower;
	}

	/**
	 * Return whether a query outside a transaction that has failed can be repeated
	 * elsewhere: it was all that its connection was used for, so that nothing that it
	 * relies on is missing there.
	 */
	public static boolean isRepeatable(@Nullable HeldConnection holder, SQLException failure) {
		return holder != null && holder.isReading() && holder.isUsedOnce()
				&& ConnectionFailures.isRecoveryConflict(failure);
	}

	/**
	 * Borrow a connection to another instance.
	 * @param failure why the query is repeated
	 * @throws SQLException that failure, if there is no other
	 */
	public HeldConnection borrowElsewhere(SQLException failure) throws SQLException {
		logger.debug("A query is repeated elsewhere, because a replica has cancelled it", failure);
		ReadContext.current().readCancelled(failure);
		try {
			HeldConnection added = this.borrower.borrow();
			this.borrowed.add(added);
			return added;
		}
		catch (SQLException | RuntimeException ex) {
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	/**
	 * Give a connection back, if it is one of these.
	 */
	public void giveBack(HeldConnection holder) throws SQLException {
		if (this.borrowed.remove(holder)) {
			holder.giveBack();
		}
	}

	/**
	 * Return the connections that are still borrowed, and forget them.
	 */
	List<HeldConnection> takeAll() {
		List<HeldConnection> all = List.copyOf(this.borrowed);
		this.borrowed.clear();
		return all;
	}

	/**
	 * Borrows a connection for reading.
	 */
	@FunctionalInterface
	interface Borrower {

		HeldConnection borrow() throws SQLException;

	}

}
