package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.sql.SQLException;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.routing.consistency.ReadDemand;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.settings.DefaultIsolations;
import org.jspecify.annotations.Nullable;

/**
 * Where physical connections are borrowed. Thread-safe.
 */
public interface ConnectionSource {

	/**
	 * Borrow a physical connection.
	 * @param readOnly whether it will only read
	 * @param serializable whether the transaction is to be serializable, which no reader
	 * can do
	 * @param connectionDemand what the connection demands, or {@code null} for what the
	 * calling thread does
	 */
	BorrowedConnection borrow(boolean readOnly, boolean serializable, @Nullable ReadDemand connectionDemand)
			throws SQLException;

	/**
	 * Borrow a physical connection for
	 * {@linkplain io.rdsboot.routing.Reads#asInfrastructure infrastructure}, which
	 * decides by what it reads: always from the writer.
	 */
	Connection borrowForInfrastructure() throws SQLException;

	/**
	 * Borrow a physical connection for a statement outside a transaction that looks like
	 * a query, although whether it only reads is not known: from the writer.
	 */
	Connection borrowForReadOutsideTransaction() throws SQLException;

	/**
	 * Borrow a connection from any reader, for a question that has nothing to do with
	 * data.
	 * @return the connection, or {@code null} if there is none
	 */
	@Nullable Connection borrowToAsk();

	/**
	 * Take note that the address of a reader leads to another server than the one that
	 * was last looked at.
	 */
	void hasMoved(RoutedReader reader);

	/**
	 * Tell the operator, once, that an advisory lock was taken where it excludes nobody.
	 */
	void warnOfAdvisoryLock(DatabaseInstance reader);

	/**
	 * Return whether there is a writer, as far as is known now.
	 */
	boolean isWriterReachable();

	/**
	 * Return whether transactions are serializable where nobody says what they are.
	 */
	boolean isSerializable();

	/**
	 * Return whether the calling thread is in a read-only transaction that the data
	 * source takes part in, although nobody has made the connection read-only: Hibernate
	 * borrows it late if {@code hibernate.connection.handling_mode} says so.
	 */
	boolean isInReadOnlyTransaction();

	/**
	 * Return the isolation level that connections come with, or {@code null} while nobody
	 * has asked.
	 * @param readOnly whether those to read from are meant
	 */
	@Nullable Integer defaultIsolation(boolean readOnly);

	DefaultIsolations isolations();

	ServerFacts facts();

	/**
	 * Return the physical connections that are borrowed.
	 */
	HeldConnections held();

	/**
	 * Take note that a physical connection is no longer held, whether it went back to its
	 * pool or was lost.
	 */
	void givenBack(Connection physical);

	/**
	 * End a physical connection and take it out of its pool.
	 */
	void evict(Connection physical);

	/**
	 * Let readers be watched until they have all that has been committed by now.
	 */
	void followReplay();

	/**
	 * Return the time of the topology provider's clock, in nanoseconds.
	 */
	long now();

	/**
	 * Return the nanoseconds after which a reader that tells nothing is trusted to have
	 * replayed a write.
	 */
	long unknownLagNanos();

}
