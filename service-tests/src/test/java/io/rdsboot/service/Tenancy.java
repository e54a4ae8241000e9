package io.rdsboot.service;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The ways to tell a database connection whose data it is to show.
 */
enum Tenancy {

	/**
	 * As Hibernate's guide shows it.
	 */
	SCHEMA("of_schema") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			connection.setSchema(tenant);
		}

		@Override
		void leave(Connection connection) throws SQLException {
			connection.setSchema("public");
		}

	},

	SEARCH_PATH("of_schema") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			execute(connection, "SET search_path TO " + tenant);
		}

		@Override
		void leave(Connection connection) throws SQLException {
			execute(connection, "SET search_path TO public");
		}

	},

	SETTING("of_setting") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			execute(connection, "SET app.tenant TO '" + tenant + "'");
		}

		@Override
		void leave(Connection connection) throws SQLException {
			execute(connection, "RESET app.tenant");
		}

	},

	SET_CONFIG("of_setting") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			setConfig(connection, tenant);
		}

		@Override
		void leave(Connection connection) throws SQLException {
			setConfig(connection, "");
		}

		private void setConfig(Connection connection, String tenant) throws SQLException {
			try (PreparedStatement statement = connection
				.prepareStatement("SELECT set_config('app.tenant', ?, false)")) {
				statement.setString(1, tenant);
				statement.execute();
			}
		}

	},

	ROLE("of_role") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			execute(connection, "SET ROLE " + tenant);
		}

		@Override
		void leave(Connection connection) throws SQLException {
			execute(connection, "RESET ROLE");
		}

	},

	DISCARDED("of_setting") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			SETTING.enter(connection, tenant);
		}

		@Override
		void leave(Connection connection) throws SQLException {
			execute(connection, "DISCARD ALL");
		}

	},

	NEVER_LEFT("of_setting") {

		@Override
		void enter(Connection connection, String tenant) throws SQLException {
			SETTING.enter(connection, tenant);
		}

		@Override
		void leave(Connection connection) {
		}

	};

	private final String table;

	Tenancy(String table) {
		this.table = table;
	}

	/**
	 * Returns the table that shows each tenant its own rows.
	 */
	String table() {
		return this.table;
	}

	abstract void enter(Connection connection, String tenant) throws SQLException;

	abstract void leave(Connection connection) throws SQLException;

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
