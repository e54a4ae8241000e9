package io.rdsboot.move.cutover;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lets a process die or freeze at one of its calls to a server. What it has open is lost
 * then, as it is when a process dies.
 */
final class FaultyDataSource extends DelegatingDataSource {

	private final Fault fault;

	FaultyDataSource(DataSource dataSource, Fault fault) {
		super(dataSource);
		this.fault = fault;
	}

	@Override
	public Connection getConnection() throws SQLException {
		this.fault.call("connect");
		Connection connection = super.getConnection();
		this.fault.open.add(connection);
		return proxy(Connection.class, connection);
	}

	@SuppressWarnings("unchecked")
	private <T> T proxy(Class<T> type, Object target) {
		return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> {
					if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
						this.fault.call((arguments != null) ? String.valueOf(arguments[0]) : method.getName());
					}
					try {
						Object result = method.invoke(target, arguments);
						return (result instanceof PreparedStatement) ? proxy(PreparedStatement.class, result)
								: (result instanceof Statement) ? proxy(Statement.class, result) : result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	/**
	 * What happens at a call, counted over both databases.
	 */
	static final class Fault {

		private final Queue<Connection> open = new ConcurrentLinkedQueue<>();

		private final AtomicInteger calls = new AtomicInteger();

		private final CountDownLatch thawed = new CountDownLatch(1);

		private final int at;

		private final boolean freeze;

		private volatile String call = "";

		private Fault(int at, boolean freeze) {
			this.at = at;
			this.freeze = freeze;
		}

		static Fault none() {
			return new Fault(Integer.MAX_VALUE, false);
		}

		static Fault death(int at) {
			return new Fault(at, false);
		}

		static Fault freeze(int at) {
			return new Fault(at, true);
		}

		int calls() {
			return this.calls.get();
		}

		boolean isReached() {
			return this.calls.get() >= this.at;
		}

		String call() {
			return this.call;
		}

		void thaw() {
			this.thawed.countDown();
		}

		private void call(String what) throws SQLException {
			int number = this.calls.incrementAndGet();
			if (number == this.at) {
				this.call = what;
				if (this.freeze) {
					awaitThaw();
				}
				else {
					for (Connection connection : this.open) {
						connection.abort(Runnable::run);
					}
				}
			}
			if (number >= this.at && !this.freeze) {
				throw new SQLRecoverableException("The process is dead", "08006");
			}
		}

		private void awaitThaw() {
			try {
				this.thawed.await(60, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
