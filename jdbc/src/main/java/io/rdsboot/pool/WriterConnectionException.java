package io.rdsboot.pool;

import java.sql.SQLException;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * The writer could not be connected to outside of the pools. Has the SQLSTATE of the
 * driver's exception, which is its cause.
 */
public final class WriterConnectionException extends SQLException {

	private static final long serialVersionUID = 1L;

	private final String login;

	private final transient DatabaseInstance instance;

	private final String database;

	WriterConnectionException(String login, DatabaseInstance instance, String database, SQLException cause) {
		super(login + " cannot connect to database '" + database + "' on the writer " + instance + ": "
				+ cause.getMessage(), cause.getSQLState(), cause);
		this.login = login;
		this.instance = instance;
		this.database = database;
	}

	/**
	 * Return whose login it is, as the {@link WriterDataSource} was told.
	 */
	public String getLogin() {
		return this.login;
	}

	/**
	 * Return the instance that was tried.
	 */
	public DatabaseInstance getInstance() {
		return this.instance;
	}

	/**
	 * Return the database that was asked for.
	 */
	public String getDatabase() {
		return this.database;
	}

}
