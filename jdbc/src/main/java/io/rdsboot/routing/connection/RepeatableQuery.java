package io.rdsboot.routing.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.routing.connection.DelegatingConnection.StatementPreparation;
import io.rdsboot.routing.physical.CancelledQueries;
import io.rdsboot.routing.physical.HeldConnection;
import org.jspecify.annotations.Nullable;

/**
 * Query outside a transaction that is executed once more elsewhere where that is safe: on
 * the writer, if the reader refuses it because a function that it calls writes (25006),
 * and on another instance, if the reader cancels it because of its replay. By then
 * nothing has happened, and no row was handed out. Not thread-safe.
 */
final class RepeatableQuery implements InvocationHandler {

	private static final String READ_ONLY_TRANSACTION = "25006";

	private final RoutedConnection connection;

	private final HeldConnection holder;

	private final StatementPreparation preparation;

	private final boolean mayMoveToWriter;

	private final List<Call> settings = new ArrayList<>();

	private PreparedStatement target;

	private @Nullable PreparedStatement refused;

	private @Nullable HeldConnection elsewhere;

	private RepeatableQuery(RoutedConnection connection, HeldConnection holder, StatementPreparation preparation,
			boolean mayMoveToWriter) throws SQLException {
		this.connection = connection;
		this.holder = holder;
		this.preparation = preparation;
		this.mayMoveToWriter = mayMoveToWriter;
		this.target = preparation.prepare(holder.physical());
	}

	/**
	 * Prepare a query.
	 * @param connection gives the connections to repeat it on
	 * @param holder the connection to read from
	 * @param mayMoveToWriter whether the query may write after all
	 */
	static PreparedStatement prepare(RoutedConnection connection, HeldConnection holder,
			StatementPreparation preparation, boolean mayMoveToWriter) throws SQLException {
		return (PreparedStatement) Proxy.newProxyInstance(PreparedStatement.class.getClassLoader(),
				new Class<?>[] { PreparedStatement.class },
				new RepeatableQuery(connection, holder, preparation, mayMoveToWriter));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Call call = (statement) -> call(method, statement, arguments);
		switch (method.getName()) {
			case "equals" -> {
				return (arguments != null) && proxy == arguments[0];
			}
			case "hashCode" -> {
				return System.identityHashCode(proxy);
			}
			case "executeQuery", "execute" -> {
				return execute(call);
			}
			case "close" -> {
				close();
				return null;
			}
			default -> {
				if (method.getReturnType() == void.class) {
					this.settings.add(call);
				}
			}
		}
		return call.on(this.target);
	}

	private static @Nullable Object call(Method method, PreparedStatement statement,
			@Nullable Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(statement, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private @Nullable Object execute(Call call) throws Throwable {
		try {
			return call.on(this.target);
		}
		catch (SQLException ex) {
			if (this.refused != null) {
				throw ex;
			}
			if (this.mayMoveToWriter && READ_ONLY_TRANSACTION.equals(ex.getSQLState())) {
				repeatOn(this.connection.hold(), ex);
			}
			else if (CancelledQueries.isRepeatable(this.holder, ex)) {
				this.elsewhere = this.connection.cancelledQueries().borrowElsewhere(ex);
				repeatOn(this.elsewhere, ex);
			}
			else {
				throw ex;
			}
			return call.on(this.target);
		}
	}

	private void repeatOn(HeldConnection holder, SQLException refusal) throws Throwable {
		try {
			holder.use();
			PreparedStatement repeated = this.preparation.prepare(holder.physical());
			this.refused = this.target;
			this.target = repeated;
			for (Call setting : this.settings) {
				setting.on(repeated);
			}
		}
		catch (SQLException | RuntimeException ex) {
			ex.addSuppressed(refusal);
			throw ex;
		}
	}

	private void close() throws SQLException {
		try {
			if (this.refused != null) {
				this.refused.close();
			}
			this.target.close();
		}
		finally {
			if (this.elsewhere != null) {
				this.connection.cancelledQueries().giveBack(this.elsewhere);
				this.elsewhere = null;
			}
		}
	}

	/**
	 * A call of a method on one statement or another.
	 */
	@FunctionalInterface
	private interface Call {

		@Nullable Object on(PreparedStatement statement) throws Throwable;

	}

}
