package io.rdsboot.move;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import io.rdsboot.tls.TlsSettings;

/**
 * The databases of a {@link LocalRdsMove} as the steps take them.
 */
public final class LocalMoveDatabases {

	private LocalMoveDatabases() {
	}

	public static MoveDatabase source(LocalRdsMove move) {
		return database(Side.SOURCE, move.source());
	}

	public static MoveDatabase target(LocalRdsMove move) {
		return database(Side.TARGET, move.target());
	}

	private static MoveDatabase database(Side side, LocalRdsMoveDatabase database) {
		return database(side, database, database.cluster().username());
	}

	/**
	 * One of the two, with an application that logs in with another role.
	 */
	public static MoveDatabase database(Side side, LocalRdsMoveDatabase database, String application) {
		return MoveDatabase.builder(side, database.moverDataSource())
			.address(database.address().host(), database.address().port())
			.database(database.cluster().database())
			.login(database.moverUsername(), database.moverPassword())
			.application(() -> application)
			.build();
	}

	/**
	 * Execute SQL as the superuser, whom the logins of a move are not.
	 */
	public static void asAdministrator(LocalRdsMoveDatabase database, String sql) throws SQLException {
		try (Connection connection = database.cluster().adminConnection(database.cluster().writer());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Returns what configures the data source of a service on one side.
	 */
	public static RdsDataSource.Builder service(LocalRdsMoveDatabase database) {
		return RdsDataSource.builder()
			.writer(database.address().host() + ":" + database.address().port())
			.database(database.cluster().database())
			.credentials(database.cluster().username(), database.cluster().password())
			.tls(TlsSettings.DEFAULT);
	}

}
