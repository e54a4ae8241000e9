package io.rdsboot.routing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Query outside a transaction that is executed again on the writer where the reader
 * refuses it, because a function that it calls writes (25006): by then nothing has
 * happened. Not thread-safe.
 */
final class RepeatableQuery implements InvocationHandler {

	private static final String READ_ONLY_TRANSACTION = "25006";

	private final StatementPreparation preparation;

	private final Writer writer;

	private final List<Call> settings = new ArrayList<>();

	private PreparedStatement target;

	private @Nullable PreparedStatement refused;

	private RepeatableQuery(PreparedStatement target, StatementPreparation preparation, Writer writer) {
		this.target = target;
		this.preparation = preparation;
		this.writer = writer;
	}

	/**
	 * Prepare a query.
	 * @param holder the connection to read from
	 * @param writer gives the connection to repeat it on
	 */
	static PreparedStatement prepare(HeldConnection holder, StatementPreparation preparation, Writer writer)
			throws SQLException {
		PreparedStatement statement = preparation.prepare(holder.physical());
		return (PreparedStatement) Proxy.newProxyInstance(PreparedStatement.class.getClassLoader(),
				new Class<?>[] { PreparedStatement.class }, new RepeatableQuery(statement, preparation, writer));
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
			case "close" -> closeRefused();
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
			if (this.refused != null || !READ_ONLY_TRANSACTION.equals(ex.getSQLState())) {
				throw ex;
			}
			moveToWriter(ex);
			return call.on(this.target);
		}
	}

	private void moveToWriter(SQLException refusal) throws Throwable {
		try {
			HeldConnection holder = this.writer.hold();
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

	private void closeRefused() throws SQLException {
		if (this.refused != null) {
			this.refused.close();
		}
	}

	/**
	 * Gives the connection of the writer.
	 */
	@FunctionalInterface
	interface Writer {

		HeldConnection hold() throws SQLException;

	}

	/**
	 * A call of a method on one statement or another.
	 */
	@FunctionalInterface
	private interface Call {

		@Nullable Object on(PreparedStatement statement) throws Throwable;

	}

}
