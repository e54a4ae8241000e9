package io.rdsboot.routing;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.InfrastructureScope;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import org.jspecify.annotations.Nullable;

/**
 * Says about a piece of work what {@code @Transactional(readOnly = true)} cannot. Bound
 * to the calling thread. Scopes nest, also with {@link ReadConsistency}, and the stricter
 * one wins: what a caller insists on holds for whatever it calls, and nothing within can
 * loosen it. A scope outside any other may ask for less than
 * {@code rds.routing.consistency}. A transaction that has already borrowed its connection
 * keeps it.
 */
public final class Reads {

	private Reads() {
	}

	/**
	 * Run work whose read-only transactions are served by the writer.
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T fromWriter(Supplier<T> work) {
		return demanding(ReadDemand.WRITER, work);
	}

	/**
	 * Run work whose read-only transactions are served by the writer.
	 * @param work what to do
	 */
	public static void fromWriter(Runnable work) {
		fromWriter(returningNull(work));
	}

	/**
	 * Run work whose read-only transactions miss nothing that is older than a maximum
	 * lag, be it their own session's: level {@link ConsistencyLevel#BOUNDED}.
	 * @param maxLag the greatest lag of a reader that may serve, positive
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T within(Duration maxLag, Supplier<T> work) {
		Objects.requireNonNull(maxLag, "maxLag");
		return demanding(ReadDemand.of(ConsistencyLevel.BOUNDED, maxLag), work);
	}

	/**
	 * Run work whose read-only transactions miss nothing that is older than a maximum
	 * lag, be it their own session's: level {@link ConsistencyLevel#BOUNDED}.
	 * @param maxLag the greatest lag of a reader that may serve, positive
	 * @param work what to do
	 */
	public static void within(Duration maxLag, Runnable work) {
		within(maxLag, returningNull(work));
	}

	/**
	 * Run work whose read-only transactions any reader may serve, however far behind,
	 * unless a scope around it is stricter.
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T eventually(Supplier<T> work) {
		return demanding(ReadDemand.EVENTUAL, work);
	}

	/**
	 * Run work whose read-only transactions any reader may serve, however far behind,
	 * unless a scope around it is stricter.
	 * @param work what to do
	 */
	public static void eventually(Runnable work) {
		eventually(returningNull(work));
	}

	/**
	 * Run work whose read-only transactions are served by a group of readers, and by no
	 * others; how consistent they are is not changed. While none of the group can serve,
	 * the writer does, within the bounds that it has for lost readers. Of scopes that
	 * nest, the innermost group counts. A transaction in a group that does not exist
	 * fails at its first statement, by an
	 * {@link io.rdsboot.routing.failure.UnknownReaderGroupException}.
	 * @param group the name of the group, as in {@code rds.reader-groups}
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T from(String group, Supplier<T> work) {
		Objects.requireNonNull(group, "group");
		ReadContext context = ReadContext.current();
		String outer = context.group(group);
		try {
			return work.get();
		}
		finally {
			context.group(outer);
		}
	}

	/**
	 * Run work whose read-only transactions are served by a group of readers.
	 * @param group the name of the group, as in {@code rds.reader-groups}
	 * @param work what to do
	 * @see #from(String, Supplier)
	 */
	public static void from(String group, Runnable work) {
		from(group, returningNull(work));
	}

	/**
	 * Run work as a unit of its own, whose reads at level
	 * {@link ConsistencyLevel#SESSION} never go back in time.
	 * @param work what to do
	 * @return what the work returns
	 */
	public static <T extends @Nullable Object> T inUnitOfWork(Supplier<T> work) {
		ConsistencySession.Binding binding = ConsistencySession.open().bind();
		try {
			return work.get();
		}
		finally {
			binding.close();
		}
	}

	/**
	 * Run work of infrastructure, such as a store of HTTP sessions, jobs or locks: what
	 * it reads it decides by, and what it writes concerns nobody but itself. Transactions
	 * that begin in it read from the writer, and do not count as writes of the session,
	 * whose next reads may be served by readers. In a transaction of the application's
	 * that has begun before, the work is part of that transaction.
	 * @param work what to do
	 * @return what the work returns
	 * @see io.rdsboot.routing.infrastructure.InfrastructureDataSource
	 */
	public static <T extends @Nullable Object> T asInfrastructure(Supplier<T> work) {
		ReadContext context = ReadContext.current();
		InfrastructureScope outer = context.scope(InfrastructureScope.WORK);
		try {
			return work.get();
		}
		finally {
			context.scope(outer);
		}
	}

	/**
	 * Run work of infrastructure, whose transactions read from the writer and do not
	 * count as writes of the session.
	 * @param work what to do
	 * @see #asInfrastructure(Supplier)
	 */
	public static void asInfrastructure(Runnable work) {
		asInfrastructure(returningNull(work));
	}

	private static <T extends @Nullable Object> T demanding(ReadDemand demand, Supplier<T> work) {
		ReadContext context = ReadContext.current();
		ReadDemand outer = context.enter(demand);
		try {
			return work.get();
		}
		finally {
			context.leave(outer);
		}
	}

	private static Supplier<@Nullable Void> returningNull(Runnable work) {
		return () -> {
			work.run();
			return null;
		};
	}

}
