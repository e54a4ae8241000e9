package io.rdsboot.test;

import io.rdsboot.test.installation.Login;
import io.rdsboot.test.server.DatabaseServer;

/**
 * One PostgreSQL server of a {@link LocalRdsCluster}, for its whole life: its name and
 * port stay the same when it is restarted or changes its role. Thread-safe.
 */
public final class LocalRdsInstance {

	private final DatabaseServer server;

	private final String database;

	private final Login administrator;

	private volatile State state = State.RUNNING;

	LocalRdsInstance(DatabaseServer server, String database, Login administrator) {
		this.server = server;
		this.database = database;
		this.administrator = administrator;
	}

	/**
	 * Name of the instance, which the server also has as its {@code cluster_name}.
	 * @return the name, such as {@code instance-1}
	 */
	public String name() {
		return this.server.name();
	}

	/**
	 * Address of the server.
	 * @return a loopback address
	 */
	public String host() {
		return this.server.host();
	}

	/**
	 * Port of the server.
	 * @return the port
	 */
	public int port() {
		return this.server.port();
	}

	/**
	 * JDBC URL of the application's database on this instance, without credentials.
	 * @return the URL
	 */
	public String jdbcUrl() {
		return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), this.database);
	}

	/**
	 * Superuser of the server. On RDS nobody has that role: use it to look and to
	 * prepare.
	 * @return the role's name
	 */
	public String adminUsername() {
		return this.administrator.username();
	}

	/**
	 * Password of the superuser, made up for this cluster.
	 * @return the password
	 */
	public String adminPassword() {
		return this.administrator.password();
	}

	/**
	 * What was last done to the instance.
	 * @return the state
	 */
	public State state() {
		return this.state;
	}

	DatabaseServer server() {
		return this.server;
	}

	void state(State newState) {
		this.state = newState;
	}

	@Override
	public String toString() {
		return "%s (%s:%d, %s)".formatted(name(), host(), port(), this.state);
	}

	/**
	 * State of an instance.
	 */
	public enum State {

		/** Accepts connections. */
		RUNNING,

		/**
		 * Its processes are stopped where they were; connections stay open without an
		 * answer.
		 */
		FROZEN,

		/** Its processes were killed; connections are refused until it is restarted. */
		CRASHED,

		/** No longer part of the cluster, and its data is gone. */
		REMOVED

	}

}
